import { Controller, Get, Param } from '@nestjs/common';
import { assert } from '../../../kernel/defect';
import { streamName, type AccountId, type LotKey, type TenantId } from '../../../kernel/ids';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { AnyObject, One, Optional, Texts } from '../../../platform/http/request-rules';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { AccountEntry, entryAnswer } from '../account-entries/account-entries.http';
import type { AccountEntryRow } from '../account-entries/account-entries.projection';
import { entryAt, entryPlace } from '../account-entries/account-entries.query';
import type { AccountEvent, Because, LedgerCorrected } from '../account/account.events';
import { customerAccount } from '../account/customer-account';
import { explainCorrection, explainEntry } from './explain-entry';

class EntryExplained {
  @One(() => AccountEntry) readonly entry!: AccountEntry;
  @Texts({ max: 2000, maxItems: 1000, description: 'For people.' }) readonly sentences!: readonly string[];
  @Optional() @AnyObject({ description: 'What the sentences are made of.' }) readonly explanation?: object;
}

@Controller('v1/customers/:id/entries/:entry/why')
export class ExplainEntryController {
  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('terms') private readonly terms: TermsSource,
  ) {}

  @Get()
  @Operation({
    id: 'explainEntry',
    tag: 'Accounts',
    summary: 'Why an entry is what it is',
    answer: { status: 200, description: 'In words, and in numbers.', body: EntryExplained },
    problems: ['CustomerNotFound', 'EntryNotFound'],
  })
  async why(
    @Param('id') id: string,
    @Param('entry') entry: string,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<EntryExplained> {
    const account = await customerAccount(this.store, tenant, id);
    const place = entryPlace(entry);
    const row = place && (await entryAt(this.query, tenant, account, place));
    if (row === undefined) throw problem('EntryNotFound', `the account has no entry ${entry}`);
    const events = await this.eventsOf(tenant, account);
    return { entry: entryAnswer(tenant, row), ...this.explain(tenant, row, events) };
  }

  private async eventsOf(tenant: TenantId, account: AccountId): Promise<readonly (RecordedEvent & AccountEvent)[]> {
    const events: (RecordedEvent & AccountEvent)[] = [];
    for await (const batch of this.store.readStream(streamName('account', tenant, account))) {
      events.push(...(batch as readonly (RecordedEvent & AccountEvent)[]));
    }
    return events;
  }

  private explain(
    tenant: TenantId,
    row: AccountEntryRow,
    events: readonly (RecordedEvent & AccountEvent)[],
  ): Omit<EntryExplained, 'entry'> {
    if (row.lot === null) {
      const correction = events.find(({ position }) => position === row.position);
      assert(correction?.type === 'LedgerCorrected', 'the entry comes from a correction');
      const nameOf = (programme: string, wallet: string): string =>
        this.walletName(tenant, correction, programme, wallet);
      return { sentences: explainCorrection(correction.data, nameOf) };
    }
    const fact = events.find(({ type, append }) => type === 'PurchaseRecorded' && append.commandKey === row.receiptKey);
    assert(fact?.type === 'PurchaseRecorded', 'the entry was given for a purchase');
    const decisions = events.filter((event) => event.type !== 'PurchaseRecorded');
    const document = this.terms.documentOf(tenant, row.programme, newestReason(row, decisions).revision);
    assert(document !== undefined, 'the revision a decision rests on is known');
    const { occurredAt, effectiveAt } = fact.append;
    const entry = { lot: row.lot as LotKey, decisions, purchase: fact.data, occurredAt, effectiveAt, document };
    const explanation = explainEntry(entry);
    assert(explanation !== undefined, 'the lot of an entry was decided');
    const { sentences, ...numbers } = explanation;
    return { sentences, explanation: numbers };
  }

  private walletName(tenant: TenantId, { data }: LedgerCorrected, programme: string, wallet: string): string {
    const reason = data.entries.find((entry) => entry.programme === programme && entry.wallet === wallet)?.because;
    const document = reason && this.terms.documentOf(tenant, programme, reason.revision);
    return document?.wallets.find(({ id }) => id === wallet)?.name ?? wallet;
  }
}

/** A correction may have changed the lot since, under its own reason. */
function newestReason(row: AccountEntryRow, decisions: readonly AccountEvent[]): Because {
  const changed = decisions.flatMap((event) =>
    event.type === 'LedgerCorrected' ? event.data.entries.filter(({ lot }) => lot === row.lot) : [],
  );
  return changed.at(-1)?.because ?? (row.because as Because);
}
