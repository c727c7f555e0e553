import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import type { Because, CorrectedEntry, LedgerCorrected, PointsEarned } from '../account/account-decisions.events';

/** One line of an account's statement. */
export interface AccountEntryRow {
  readonly tenant: string;
  readonly account: string;
  /** Position of the event it comes from, and place among that event's lines: together its id, the same after every rebuild. */
  readonly position: number;
  readonly line: number;
  readonly kind: 'purchase' | 'correction';
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly recordedAt: number;
  /** Receipt of the purchase that earned, or that came late. */
  readonly receiptKey: string;
  readonly programme: string;
  readonly wallet: string;
  readonly points: number;
  /** Null for a correction, which concerns many lots. */
  readonly lot: string | null;
  readonly because: Because | CorrectionBecause;
}

/** Which lots of the wallet a late fact changed; `more` counts lots (of all wallets) beyond the first 200. */
export interface CorrectionBecause {
  readonly cause: string;
  readonly entries: readonly CorrectedEntry[];
  readonly more: number;
}

/** A line per lot earned; one net line per wallet for what a late fact changed, none where the net is 0 (S14). */
export const accountEntries: Projection<AccountEntryRow> = {
  name: 'account_entries',
  version: 1,
  types: ['PointsEarned', 'LedgerCorrected'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'position', type: 'integer' },
    { name: 'line', type: 'integer' },
    { name: 'kind', type: 'text' },
    { name: 'occurredAt', type: 'integer' },
    { name: 'effectiveAt', type: 'integer' },
    { name: 'recordedAt', type: 'integer' },
    { name: 'receiptKey', type: 'text' },
    { name: 'programme', type: 'text' },
    { name: 'wallet', type: 'text' },
    { name: 'points', type: 'integer' },
    { name: 'lot', type: 'text', nullable: true },
    { name: 'because', type: 'json' },
  ],
  primaryKey: ['tenant', 'account', 'position', 'line'],

  keys(event) {
    const decision = event as ProjectedEvent & (PointsEarned | LedgerCorrected);
    if (decision.type === 'PointsEarned') return decision.data.points === 0 ? [] : [entryKey(event, 0)];
    return decision.data.deltas.flatMap(({ points }, line) => (points === 0 ? [] : [entryKey(event, line)]));
  },

  apply(_row, event, key) {
    const line = Number(key[3]);
    const { append, position } = event;
    return {
      tenant: append.tenant,
      account: streamParts(append.stream).id,
      position,
      line,
      occurredAt: append.occurredAt,
      effectiveAt: append.effectiveAt,
      recordedAt: append.recordedAt,
      ...statementLine(event, line),
    };
  },
};

function entryKey(event: ProjectedEvent, line: number): RowKey {
  return [event.append.tenant, streamParts(event.append.stream).id, event.position, line];
}

type StatementLine = Pick<
  AccountEntryRow,
  'kind' | 'receiptKey' | 'programme' | 'wallet' | 'points' | 'lot' | 'because'
>;

function statementLine(event: ProjectedEvent, line: number): StatementLine {
  const decision = event as ProjectedEvent & (PointsEarned | LedgerCorrected);
  if (decision.type === 'PointsEarned') {
    const { programme, wallet, points, lot, because } = decision.data;
    return { kind: 'purchase', receiptKey: event.append.commandKey, programme, wallet, points, lot, because };
  }
  const { cause, deltas, entries, more } = decision.data;
  const { programme, wallet, points } = deltas[line] as (typeof deltas)[number];
  const ofWallet = entries.filter((entry) => entry.programme === programme && entry.wallet === wallet);
  const because = { cause, entries: ofWallet, more };
  return { kind: 'correction', receiptKey: cause, programme, wallet, points, lot: null, because };
}
