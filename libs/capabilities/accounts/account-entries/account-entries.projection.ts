import { assert } from '../../../kernel/defect';
import { streamParts } from '../../../kernel/ids';
import type { ProjectedEvent, Projection, RowKey } from '../../../kernel/projection';
import type { AccountDecision } from '../account/account-decisions.events';
import { POSTED_TYPES } from '../account/postings';
import { statementLines, type StatementLine } from './statement-line';

/** One line of an account's statement, as it was recorded. */
export type AccountEntryRow = StatementLine & {
  readonly tenant: string;
  readonly account: string;
  /** Position of the event it comes from, and place among that event's lines: together its id, the same after every rebuild. */
  readonly position: number;
  readonly line: number;
  readonly occurredAt: number;
  /** When it acts: of what came due by time alone, when that was. */
  readonly effectiveAt: number;
  readonly recordedAt: number;
};

/** A line for every movement of points, stamps and rewards; one net line per wallet for what a late fact changed (S14). */
export const accountEntries: Projection<AccountEntryRow> = {
  name: 'account_entries',
  version: 2,
  types: [...POSTED_TYPES, 'StampsCollected', 'RewardIssued', 'RewardUsed', 'RewardRevoked', 'RewardExpired'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'account', type: 'text' },
    { name: 'position', type: 'integer' },
    { name: 'line', type: 'integer' },
    { name: 'kind', type: 'text' },
    { name: 'occurredAt', type: 'integer' },
    { name: 'effectiveAt', type: 'integer' },
    { name: 'recordedAt', type: 'integer' },
    { name: 'cause', type: 'text', nullable: true },
    { name: 'programme', type: 'text' },
    { name: 'wallet', type: 'text', nullable: true },
    { name: 'points', type: 'integer' },
    { name: 'moved', type: 'json' },
    { name: 'lot', type: 'text', nullable: true },
    { name: 'card', type: 'text', nullable: true },
    { name: 'stampsMilli', type: 'integer', nullable: true },
    { name: 'issued', type: 'text', nullable: true },
    { name: 'because', type: 'json', nullable: true },
  ],
  primaryKey: ['tenant', 'account', 'position', 'line'],

  keys(event) {
    return linesOf(event).flatMap((shown, line) => (shown === undefined ? [] : [entryKey(event, line)]));
  },

  apply(_row, event, key) {
    const line = Number(key[3]);
    const shown = linesOf(event)[line];
    assert(shown !== undefined, 'a line has a key only where it shows');
    const { append, position } = event;
    const due = event.data['at'];
    return {
      tenant: append.tenant,
      account: streamParts(append.stream).id,
      position,
      line,
      occurredAt: append.occurredAt,
      effectiveAt: typeof due === 'number' ? due : append.effectiveAt,
      recordedAt: append.recordedAt,
      ...shown,
      cause: shown.cause ?? append.commandKey,
    };
  },
};

const linesOf = (event: ProjectedEvent) => statementLines(event as ProjectedEvent & AccountDecision);

function entryKey(event: ProjectedEvent, line: number): RowKey {
  return [event.append.tenant, streamParts(event.append.stream).id, event.position, line];
}
