import { Controller, Get, Param, Query } from '@nestjs/common';
import type { LotKey, TenantId } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
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
  Text,
  Whole,
} from '../../../platform/http/request-rules';
import { lotId } from '../../../platform/identifiers/identifiers';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import { customerAccount } from '../account/customer-account';
import type { AccountEntryRow } from './account-entries.projection';
import { entriesOf, entryId, entryPlace } from './account-entries.query';

class EntriesQuery {
  @Optional() @Text({ max: 64, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @Optional()
  @Text({ max: 3, pattern: /^[1-9][0-9]{0,2}$/, description: '1 to 999, 50 unless said.' })
  readonly limit?: string;
  @Optional() @Text({ max: 11, description: 'See `getAccount`.' }) readonly position?: string;
}

export class AccountEntry {
  @Text({ max: 32 }) readonly id!: string;
  @OneOf(['purchase', 'correction']) readonly kind!: AccountEntryRow['kind'];
  @Instant() readonly occurredAt!: string;
  @Instant() readonly effectiveAt!: string;
  @Instant() readonly recordedAt!: string;
  @Text({ max: 300, description: 'Key of the receipt that earned, or that came late.' }) readonly receipt!: string;
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole() readonly points!: number;
  @Optional() @Text({ max: 64, description: '`lot_…`' }) readonly lot?: string;
  @AnyObject({ description: 'Revision, rule and numbers it rests on.' }) readonly because!: object;
}

class AccountEntriesAnswer {
  @Many(() => AccountEntry, { max: 999 }) readonly entries!: readonly AccountEntry[];
  @Optional() @Text({ max: 64, description: 'Absent on the last page.' }) readonly next?: string;
}

@Controller('v1/customers/:id/entries')
export class AccountEntriesController {
  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
  ) {}

  @Get()
  @Operation({
    id: 'listEntries',
    tag: 'Accounts',
    summary: 'What an account was given, newest recorded first',
    query: EntriesQuery,
    answer: { status: 200, description: 'A page; it stays good while new entries arrive.', body: AccountEntriesAnswer },
    problems: ['CustomerNotFound', 'CursorInvalid', 'PositionInvalid', 'PositionNotReached'],
  })
  async list(
    @Param('id') id: string,
    @Query() { cursor, limit = '50', position }: EntriesQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<AccountEntriesAnswer> {
    const account = await customerAccount(this.store, tenant, id);
    await reached(this.projecting, position);
    const after = cursor === undefined ? undefined : entryPlace(cursor);
    if (cursor !== undefined && after === undefined) {
      throw problem('CursorInvalid', 'send the cursor as it was given, to the same operation');
    }
    const page = await entriesOf(this.query, tenant, account, {
      limit: Number(limit),
      ...(after === undefined ? {} : { after }),
    });
    return {
      entries: page.entries.map((row) => entryAnswer(tenant, row)),
      ...(page.next === null ? {} : { next: entryId(page.next) }),
    };
  }
}

export const entryAnswer = (tenant: TenantId, row: AccountEntryRow): AccountEntry => ({
  id: entryId(row),
  kind: row.kind,
  occurredAt: instantText(row.occurredAt),
  effectiveAt: instantText(row.effectiveAt),
  recordedAt: instantText(row.recordedAt),
  receipt: row.receiptKey,
  programme: row.programme,
  wallet: row.wallet,
  points: row.points,
  ...(row.lot === null ? {} : { lot: lotId(tenant, row.lot as LotKey) }),
  because: row.because,
});
