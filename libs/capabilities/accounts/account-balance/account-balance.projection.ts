import { assert } from '../../../kernel/defect';
import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import type { LedgerCorrected, PointsEarned } from '../account/account.events';

/** What an account holds in one wallet. Balance = available + reserved − debt (S16); pending cannot be spent yet. */
export interface AccountBalanceRow {
  readonly tenant: string;
  readonly account: string;
  readonly programme: string;
  readonly wallet: string;
  readonly available: number;
  readonly pending: number;
  readonly reserved: number;
  readonly debt: number;
  /** All points ever earned, corrections included. */
  readonly earned: number;
  /** The newest event that moved this wallet. */
  readonly revision: number;
  readonly position: number;
}

/** Sum of the lots per wallet: what `PointsEarned` gave, and what late facts changed in it. */
export const accountBalance: Projection<AccountBalanceRow> = {
  name: 'account_balances',
  version: 1,
  types: ['PointsEarned', 'LedgerCorrected'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'programme', type: 'text' },
    { name: 'wallet', type: 'text' },
    { name: 'available', type: 'integer' },
    { name: 'pending', type: 'integer' },
    { name: 'reserved', type: 'integer' },
    { name: 'debt', type: 'integer' },
    { name: 'earned', type: 'integer' },
    { name: 'revision', type: 'integer' },
    { name: 'position', type: 'integer' },
  ],
  primaryKey: ['tenant', 'account', 'programme', 'wallet'],

  keys(event) {
    return walletChanges(event).map((change) => balanceKey(event, change.programme, change.wallet));
  },

  apply(row, event, key) {
    const [, , programme, wallet] = key;
    const points = walletChanges(event)
      .filter((change) => change.programme === programme && change.wallet === wallet)
      .reduce((sum, change) => sum + change.points, 0);
    const before = row ?? emptyBalance(event, String(programme), String(wallet));
    const available = before.available + points;
    assert(available >= 0, `a correction takes more than wallet ${programme}/${wallet} holds`);
    const { revision, position } = event;
    return { ...before, available, earned: before.earned + points, revision, position };
  },
};

interface WalletChange {
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
}

function walletChanges(event: ProjectedEvent): readonly WalletChange[] {
  const decision = event as ProjectedEvent & (PointsEarned | LedgerCorrected);
  if (decision.type === 'LedgerCorrected') return decision.data.deltas;
  const { activeAt, expiresAt } = decision.data;
  // A row is no function of the time it is read at, so it cannot tell when a lot begins or ends.
  assert(activeAt <= Math.max(event.append.effectiveAt, event.append.recordedAt), 'the lot is not active at once');
  assert(expiresAt === null, 'the lot expires');
  return [decision.data];
}

function balanceKey(event: ProjectedEvent, programme: string, wallet: string): RowKey {
  return [event.append.tenant, streamParts(event.append.stream).id, programme, wallet];
}

function emptyBalance(event: ProjectedEvent, programme: string, wallet: string): AccountBalanceRow {
  return {
    tenant: event.append.tenant,
    account: streamParts(event.append.stream).id,
    programme,
    wallet,
    available: 0,
    pending: 0,
    reserved: 0,
    debt: 0,
    earned: 0,
    revision: event.revision,
    position: event.position,
  };
}
