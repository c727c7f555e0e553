import { Controller, Get, Query } from '@nestjs/common';
import { streamName, streamParts, type AccountId, type StreamName, type TenantId } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import { inSlices } from '../../../platform/decisions/in-slices';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Instant, Many, Quantity, Whole } from '../../../platform/http/request-rules';
import type { Projecting } from '../../../platform/projections/projection-runner';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { WalletStandingAnswer } from '../account-balance/account-balance.http';
import { AccountStreams } from '../account/account-streams';
import { foldAccount } from '../account/account.ledger';
import { AsOfQuery, asOfIn } from '../account/as-of';
import { TotalsOfAccounts, type LedgerTotals, type SummedCard, type SummedWallet } from './ledger-totals';

class SummedWalletAnswer extends WalletStandingAnswer implements SummedWallet {}

class SummedCardAnswer implements SummedCard {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly card!: string;
  @Whole({ description: 'Stamps collected, in thousandths.' }) readonly milli!: number;
  @Whole({ description: 'Rewards ever issued and not revoked.' }) readonly issued!: number;
  @Whole() readonly used!: number;
  @Whole() readonly expired!: number;
  @Whole() readonly live!: number;
  @Whole({ description: 'How often the stamps fill a card.' }) readonly completed!: number;
  @Quantity({ description: 'Stamps since the last reward.' }) readonly openStamps!: number;
  @Whole() readonly customersWithACompletedCard!: number;
}

class LedgerTotalsAnswer {
  @Instant({ description: 'What acts at it is in.' }) readonly asOf!: string;
  @Whole({ description: 'Accounts with anything by then.' }) readonly accounts!: number;
  @Many(() => SummedWalletAnswer, { max: 4096 }) readonly wallets!: readonly SummedWalletAnswer[];
  @Many(() => SummedCardAnswer, { max: 4096 }) readonly cards!: readonly SummedCardAnswer[];
}

/** Names of streams read at a time. */
const PAGE = 500;

@Controller('v1/insights/ledger-totals')
export class LedgerTotalsController {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('projecting') private readonly projecting: Projecting,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'readLedgerTotals',
    tag: 'Insights',
    summary: 'What all accounts hold together, held or will hold',
    description:
      'Folded from the facts of every account, one account after another: it takes its time, some 0.1 ms a fact.',
    query: AsOfQuery,
    answer: { status: 200, description: 'The totals.', body: LedgerTotalsAnswer },
    problems: ['PositionInvalid', 'PositionNotReached', 'PointsTooMany'],
  })
  async read(@Query() query: AsOfQuery, @CurrentCaller() { tenant }: Caller): Promise<HttpAnswer> {
    await reached(this.projecting, query.position);
    const now = this.clock();
    const asOf = asOfIn(query, this.terms.termsOf(tenant), now) ?? now;
    const totals = await this.totals(tenant, asOf);
    if (totals === undefined)
      throw problem('PointsTooMany', 'a sum is over 2^53 - 1, and no number would tell it exactly');
    return answeredByContent({ asOf: instantText(asOf), ...totals } satisfies LedgerTotalsAnswer);
  }

  private async totals(tenant: TenantId, asOf: number): Promise<LedgerTotals | undefined> {
    const terms = this.terms.termsOf(tenant);
    const totals = new TotalsOfAccounts(terms, asOf);
    for await (const account of this.accountsOf(tenant)) {
      const { facts } = await this.accounts.history(tenant, account);
      const ledger = await inSlices(foldAccount(facts, terms, { asOf }));
      totals.add(ledger.account);
    }
    return totals.value();
  }

  /** Customers' accounts; what nobody has claimed holds nothing. */
  private async *accountsOf(tenant: TenantId): AsyncGenerator<AccountId, void> {
    const prefix = streamName('account', tenant, 'cus_');
    let after: StreamName | undefined;
    for (;;) {
      const page = await this.store.streamNames({ prefix, limit: PAGE, ...(after !== undefined && { after }) });
      for (const name of page) yield streamParts(name).id as AccountId;
      after = page.at(-1);
      if (after === undefined) return;
    }
  }
}
