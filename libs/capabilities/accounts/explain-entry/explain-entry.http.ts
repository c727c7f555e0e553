import { Controller, Get, Param } from '@nestjs/common';
import { assert } from '../../../kernel/defect';
import { streamName, type AccountId, type LotKey, type TenantId } from '../../../kernel/ids';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import { words } from '../../../kernel/words/words';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import { answeredInWords, type HttpAnswer } from '../../../platform/http/http-answer';
import type { Caller } from '../../../platform/http/caller';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CallerLanguage, CurrentCaller } from '../../../platform/http/request-parameters';
import { AnyObject, One, Optional, Texts } from '../../../platform/http/request-rules';
import { lotId } from '../../../platform/identifiers/identifiers';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import { termsAt, type ProgrammeDocument, type TermsSource } from '../../programmes';
import { AccountEntry, entryAnswer } from '../account-entries/account-entries.http';
import { accountEntries, type AccountEntryRow } from '../account-entries/account-entries.projection';
import { entryAt, entryPlace } from '../account-entries/account-entries.query';
import type { Because, LedgerDecision } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';
import { nameIn } from '../account/account-standing';
import { customerAccount } from '../account/customer-account';
import { explainCorrection } from './explain-correction';
import { explainEntry } from './explain-entry';
import { explainMovement } from './explain-movement';
import type { Names, ToldEvent } from './tell-account';

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
    description: `Sentences are in the language that \`Accept-Language\` likes best of ${LANGUAGES.join(', ')}.`,
    answer: { status: 200, description: 'In words, and in numbers.', body: EntryExplained },
    problems: ['CustomerNotFound', 'EntryNotFound'],
  })
  async why(
    @Param('id') id: string,
    @Param('entry') entry: string,
    @CurrentCaller() { tenant }: Caller,
    @CallerLanguage() language: Language,
  ): Promise<HttpAnswer> {
    const account = await customerAccount(this.store, tenant, id);
    const place = entryPlace(entry);
    const row = place && (await entryAt(this.query, tenant, account, place));
    if (row === undefined) throw problem('EntryNotFound', `the account has no entry ${entry}`);
    const events = await this.eventsOf(tenant, account);
    const names = { words: words(language), nameOf: this.namesAt(tenant, row.recordedAt) };
    const body: EntryExplained = { entry: entryAnswer(tenant, row), ...this.explain(tenant, row, events, names) };
    return answeredInWords(body, language);
  }

  private async eventsOf(tenant: TenantId, account: AccountId): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const batch of this.store.readStream(streamName('account', tenant, account))) {
      events.push(...(batch as readonly StoredEvent[]));
    }
    return events;
  }

  private explain(
    tenant: TenantId,
    row: AccountEntryRow,
    events: readonly StoredEvent[],
    names: Names,
  ): Omit<EntryExplained, 'entry'> {
    const { decision, append } = decidedBeside(row, events);
    if (decision.type === 'LedgerCorrected') return { sentences: explainCorrection(decision, append, names) };
    const told = events.map(toldEvent);
    if (row.kind !== 'purchase' && row.kind !== 'activity') {
      assert(isLedgerDecision(decision), 'an entry comes from a decision');
      const document = this.documentAt(tenant, row);
      return { sentences: explainMovement({ movement: decision, append, told, document }, names) };
    }
    const document = this.terms.documentOf(tenant, row.programme, newestReason(row, events).revision);
    assert(document !== undefined, 'the revision a decision rests on is known');
    const explanation = explainEntry({ lot: row.lot as LotKey, told, document }, names);
    assert(explanation !== undefined, 'the lot of an entry was decided');
    const { sentences, lot, ...numbers } = explanation;
    return { sentences, explanation: { lot: lotId(tenant, lot), ...numbers } };
  }

  /** What the programme said when the entry acted. */
  private documentAt(tenant: TenantId, { programme, effectiveAt }: AccountEntryRow): ProgrammeDocument | undefined {
    return termsAt(this.terms.termsOf(tenant), effectiveAt).find((inForce) => inForce.programme === programme)
      ?.document;
  }

  /** As they were called when the entry was recorded. */
  private namesAt(tenant: TenantId, at: number): Names['nameOf'] {
    const terms = this.terms.termsOf(tenant);
    return (kind, named) => nameIn(kind, named, terms, at);
  }
}

type StoredEvent = RecordedEvent & AccountEvent;

const toldEvent = (event: StoredEvent): ToldEvent => ({
  event,
  occurredAt: event.append.occurredAt,
  effectiveAt: event.append.effectiveAt,
});

/** The decision that an entry comes from, and what was recorded with it. */
function decidedBeside({ position }: AccountEntryRow, events: readonly StoredEvent[]) {
  const decision = events.find((event) => event.position === position);
  assert(decision !== undefined, 'an entry comes from an event of its account');
  const append = events.filter((event) => event.append.firstRevision === decision.append.firstRevision);
  return { decision, append: append.map(toldEvent) };
}

const isLedgerDecision = <Event extends AccountEvent>(event: Event): event is Event & LedgerDecision =>
  accountEntries.types.includes(event.type) && event.type !== 'LedgerCorrected';

/** A correction may have changed the lot since, under its own reason. */
function newestReason(row: AccountEntryRow, events: readonly AccountEvent[]): Because {
  const changed = events.flatMap((event) =>
    event.type === 'LedgerCorrected' ? event.data.entries.filter(({ lot }) => lot === row.lot) : [],
  );
  return changed.at(-1)?.because ?? (row.because as Because);
}
