import { Controller, Get, Param, Query } from '@nestjs/common';
import type { AccountId, LotKey, TenantId } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import { inSlices } from '../../../platform/decisions/in-slices';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import {
  AnyObject,
  ClientPart,
  Instant,
  Many,
  OneOf,
  Optional,
  Quantity,
  Text,
  Whole,
} from '../../../platform/http/request-rules';
import { lotId } from '../../../platform/identifiers/identifiers';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { AccountStreams } from '../account/account-streams';
import { foldAccount } from '../account/account.ledger';
import { AsOfQuery, asOfIn } from '../account/as-of';
import { customerAccount } from '../account/customer-account';
import type { AccountEntryRow } from './account-entries.projection';
import { entriesOf, entryId, entryPlace } from './account-entries.query';
import { derivedEntries, type DerivedEntry } from './derived-entries';
import { ENTRY_KINDS, type EntryKind } from './statement-line';

class EntriesQuery extends AsOfQuery {
  @Optional() @Text({ max: 64, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @Optional()
  @Text({ max: 3, pattern: /^[1-9][0-9]{0,2}$/, description: '1 to 999, 50 unless said.' })
  readonly limit?: string;
}

export class AccountEntry {
  @Optional()
  @Text({ max: 32, description: 'By which "why" is asked; absent as of an instant.' })
  readonly id?: string;
  @OneOf(ENTRY_KINDS) readonly kind!: EntryKind;
  @Instant() readonly occurredAt!: string;
  @Instant() readonly effectiveAt!: string;
  @Instant() readonly recordedAt!: string;
  @Optional()
  @Text({ max: 300, description: 'Key of what it comes from: the receipt, the redemption, the fact that came late.' })
  readonly cause?: string;
  @ClientPart() readonly programme!: string;
  @Optional() @ClientPart() readonly wallet?: string;
  @Whole({ description: 'The points of all entries of a wallet add up to pending + available + reserved − debt.' })
  readonly points!: number;
  @Optional()
  @AnyObject({ description: 'By how much each total of the wallet changes, as `getAccount` names them.' })
  readonly moved?: object;
  @Optional() @Text({ max: 64, description: '`lot_…`' }) readonly lot?: string;
  @Optional() @ClientPart() readonly card?: string;
  @Optional() @Quantity({ description: 'Negative = taken back.' }) readonly stamps?: number;
  @Optional() @Text({ max: 200, description: 'The issued reward.' }) readonly issued?: string;
  @Optional() @AnyObject({ description: 'Revision, rule and numbers it rests on.' }) readonly because?: object;
}

class AccountEntriesAnswer {
  @Many(() => AccountEntry, { max: 999 }) readonly entries!: readonly AccountEntry[];
  @Optional() @Text({ max: 64, description: 'Absent on the last page.' }) readonly next?: string;
}

@Controller('v1/customers/:id/entries')
export class AccountEntriesController {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'listEntries',
    tag: 'Accounts',
    summary: 'Every movement of an account, newest first',
    description:
      'The journal: as it was recorded, newest recorded first, what late facts changed as corrections of their own. With ' +
      '`asOf` or `before` instead what the ledger derives as of then, newest acting first: each movement where it acts, ' +
      'as it is today, and no corrections.',
    query: EntriesQuery,
    answer: {
      status: 200,
      description: 'A page; that of the journal stays good while new entries arrive.',
      body: AccountEntriesAnswer,
    },
    problems: ['CustomerNotFound', 'CursorInvalid', 'PositionInvalid', 'PositionNotReached'],
  })
  async list(
    @Param('id') id: string,
    @Query() query: EntriesQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<AccountEntriesAnswer> {
    const account = await customerAccount(this.store, tenant, id);
    await reached(this.projecting, query.position);
    const asOf = asOfIn(query, this.terms.termsOf(tenant), this.clock());
    return asOf === undefined ? this.journal(tenant, account, query) : this.derived(tenant, account, asOf, query);
  }

  private async journal(
    tenant: TenantId,
    account: AccountId,
    { cursor, limit = PAGE }: EntriesQuery,
  ): Promise<AccountEntriesAnswer> {
    const after = cursor === undefined ? undefined : entryPlace(cursor);
    if (cursor !== undefined && after === undefined) throw wrongCursor();
    const page = await entriesOf(this.query, tenant, account, {
      limit: Number(limit),
      ...(after === undefined ? {} : { after }),
    });
    return {
      entries: page.entries.map((row) => entryAnswer(tenant, row)),
      ...(page.next === null ? {} : { next: entryId(page.next) }),
    };
  }

  /** A page ends at a place among the entries: it stays good while nothing is recorded that acts before the instant. */
  private async derived(
    tenant: TenantId,
    account: AccountId,
    asOf: number,
    { cursor, limit = PAGE }: EntriesQuery,
  ): Promise<AccountEntriesAnswer> {
    if (cursor !== undefined && !/^d[0-9]{1,9}$/.test(cursor)) throw wrongCursor();
    const { facts } = await this.accounts.history(tenant, account);
    const ledger = await inSlices(foldAccount(facts, this.terms.termsOf(tenant), { asOf }));
    const all = derivedEntries(ledger);
    const end = Math.min(all.length, cursor === undefined ? all.length : Number(cursor.slice(1)));
    const start = Math.max(0, end - Number(limit));
    const entries = all.slice(start, end).reverse();
    return {
      entries: entries.map((entry) => derivedAnswer(tenant, entry)),
      ...(start > 0 && { next: `d${start}` }),
    };
  }
}

const PAGE = '50';

const wrongCursor = () => problem('CursorInvalid', 'send the cursor as it was given, to the same operation');

export const entryAnswer = (tenant: TenantId, row: AccountEntryRow): AccountEntry => ({
  id: entryId(row),
  ...derivedAnswer(tenant, row),
});

/** Lots are called outside what an answer calls them everywhere. */
function reasonAnswer(tenant: TenantId, because: NonNullable<DerivedEntry['because']>): object {
  if (!('entries' in because)) return because;
  return { ...because, entries: because.entries.map((entry) => ({ ...entry, lot: lotId(tenant, entry.lot) })) };
}

function derivedAnswer(tenant: TenantId, entry: DerivedEntry): AccountEntry {
  const { kind, cause, programme, wallet, points, moved, lot, card, stampsMilli, issued, because } = entry;
  return {
    kind,
    occurredAt: instantText(entry.occurredAt),
    effectiveAt: instantText(entry.effectiveAt),
    recordedAt: instantText(entry.recordedAt),
    ...(cause !== null && { cause }),
    programme,
    ...(wallet !== null && { wallet }),
    points,
    ...(wallet !== null && { moved }),
    ...(lot !== null && { lot: lotId(tenant, lot as LotKey) }),
    ...(card !== null && { card }),
    ...(stampsMilli !== null && { stamps: stampsMilli / 1000 }),
    ...(issued !== null && { issued }),
    ...(because !== null && { because: reasonAnswer(tenant, because) }),
  };
}
