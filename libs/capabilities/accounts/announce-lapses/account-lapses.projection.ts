import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import type { AccountDecision } from '../account/account-decisions.events';
import type { RedemptionReserved } from '../account/account.events';

/** When an account should be looked at because time alone may have changed it: never later than it does. */
export type AccountLapsesRow = {
  readonly tenant: string;
  readonly account: string;
  /** Null = nothing is known to come due. */
  readonly nextDue: number | null;
};

/** The least of all instants that were told since the last announcement, which says itself when to come again. */
export const accountLapses: Projection<AccountLapsesRow> = {
  name: 'account_lapses',
  version: 1,
  types: [
    'PointsEarned',
    'PointsGranted',
    'PointsRestored',
    'RewardIssued',
    'RedemptionReserved',
    'LedgerCorrected',
    'LapsesAnnounced',
  ],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'nextDue', type: 'integer', nullable: true },
  ],
  primaryKey: ['tenant', 'account'],
  indexes: [['nextDue']],

  keys: (event) => [lapsesKey(event)],

  apply(row, event, [tenant, account]) {
    const head = { tenant: String(tenant), account: String(account) };
    const told = event as ProjectedEvent & (AccountDecision | RedemptionReserved);
    if (told.type === 'LapsesAnnounced') return { ...head, nextDue: told.data.next };
    return { ...head, nextDue: earlier(row?.nextDue ?? null, dueOf(told, event.append.recordedAt)) };
  },
};

function dueOf(told: AccountDecision | RedemptionReserved, recordedAt: number): number | null {
  switch (told.type) {
    case 'PointsEarned':
      return told.data.pending === true ? told.data.activeAt : told.data.expiresAt;
    case 'PointsGranted':
    case 'PointsRestored':
      return told.data.activeAt > recordedAt ? told.data.activeAt : told.data.expiresAt;
    case 'RewardIssued':
      return told.data.expiresAt;
    case 'RedemptionReserved':
      return told.data.reservedUntil;
    case 'LedgerCorrected':
      // It does not say how long the lots live that it changed.
      return recordedAt;
    default:
      return null;
  }
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const lapsesKey = ({ append }: ProjectedEvent): RowKey => [append.tenant, streamParts(append.stream).id];
