import { Controller, Get, Query } from '@nestjs/common';
import type { AccountId, TenantId } from '../../../kernel/ids';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { LocalDay, Many, One, OneOf, Optional, Text, Whole, YesOrNo } from '../../../platform/http/request-rules';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerSource } from '../../customers';
import { termsAt, type CompiledProgramme, type CompiledReward, type Period, type TermsSource } from '../../programmes';
import { AccountStreams } from '../account/account-streams';
import { heldRewards } from '../account/account-standing';
import type { Account } from '../account/account.state';
import { RewardInHand } from '../record-purchase/purchase-answer';
import { heldInOrder } from '../reserve-redemption/redemption.answer';
import { RewardStock } from '../reserve-redemption/reward-stock';
import { PointsInWallet, RewardOfProgramme } from './reward-body';
import { rewardTerms } from './reward-terms';

class RewardsQuery {
  @Optional()
  @Text({ max: 64, description: '`cus_…`: what this customer can afford, and holds.' })
  readonly customer?: string;
}

class ValidityPeriod implements Period {
  @OneOf(['day', 'month', 'year']) readonly unit!: Period['unit'];
  @Whole({ min: 1 }) readonly count!: number;
}

class RewardPieces {
  @Whole({ min: 0, description: 'In all, over every customer.' }) readonly pieces!: number;
  @Optional()
  @Whole({
    min: 0,
    description:
      'Neither reserved nor handed over; those of reservations that lapsed are counted once somebody needs them. Left ' +
      'out where there are more than 10,000 pieces.',
  })
  readonly left?: number;
}

class ListedReward extends RewardOfProgramme {
  @Optional()
  @One(() => PointsInWallet, { description: 'Left out where only stamp cards issue it.' })
  readonly cost?: PointsInWallet;
  @Optional() @One(() => RewardPieces, { description: 'Left out for any number.' }) readonly stock?: RewardPieces;
  @Optional()
  @One(() => ValidityPeriod, { description: 'How long an issued one can be used; left out for ever.' })
  readonly validity?: ValidityPeriod;
  @Optional() @LocalDay({ description: 'Inclusive, on the programme’s calendar.' }) readonly from?: string;
  @Optional() @LocalDay({ description: 'Exclusive.' }) readonly until?: string;
  @YesOrNo({ description: 'Can be redeemed at this moment.' }) readonly offered!: boolean;
  @Optional()
  @YesOrNo({ description: 'The customer can spend the points it costs; only where he is named and it costs points.' })
  readonly affordable?: boolean;
}

class RewardsAnswer {
  @Many(() => ListedReward, { max: 4096 }) readonly rewards!: readonly ListedReward[];
  @Optional()
  @Many(() => RewardInHand, { max: 4096, description: 'What the customer holds and has not reserved.' })
  readonly held?: readonly RewardInHand[];
}

@Controller('v1/rewards')
export class RewardCatalogueController {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('customers') private readonly customers: CustomerSource,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
    private readonly stock: RewardStock,
  ) {}

  @Get()
  @Operation({
    id: 'listRewards',
    tag: 'Redemptions',
    summary: 'List the rewards of the programmes in force',
    description: 'By programme, in the order of its document.',
    query: RewardsQuery,
    answer: { status: 200, description: 'The rewards.', body: RewardsAnswer },
    problems: ['CustomerUnknown'],
  })
  async list(@Query() { customer }: RewardsQuery, @CurrentCaller() { tenant }: Caller): Promise<HttpAnswer> {
    const now = this.clock();
    const account = customer === undefined ? undefined : await this.accountOf(tenant, customer, now);
    const offered = termsAt(this.terms.termsOf(tenant), now).flatMap((compiled) =>
      [...compiled.rewards.values()].map((reward) => this.listed(tenant, compiled, reward, account, now)),
    );
    const rewards = await Promise.all(offered);
    const held = account && heldRewards(account).map(heldInOrder);
    return answeredByContent({ rewards, ...(held !== undefined && { held }) } satisfies RewardsAnswer);
  }

  private async accountOf(tenant: TenantId, customer: string, now: number): Promise<Account> {
    const account = (await this.customers.resolve(tenant, { id: customer })) as AccountId | undefined;
    if (account !== undefined) return (await this.accounts.at(tenant, account, { asOf: undefined, now })).account;
    const detail = 'Nobody is known by this id.';
    throw problem('CustomerUnknown', detail, { errors: [{ pointer: '/customer', detail }] });
  }

  private async listed(
    tenant: TenantId,
    compiled: CompiledProgramme,
    reward: CompiledReward,
    account: Account | undefined,
    now: number,
  ): Promise<ListedReward> {
    const { programme } = compiled;
    const { id, cost, stock, validity, from, until } = reward.terms;
    const left = stock === undefined ? undefined : await this.stock.shelf(tenant, { programme, id }).left(stock);
    return {
      ...rewardTerms(compiled, reward.terms),
      ...(cost !== undefined && { cost: { wallet: cost.wallet, points: cost.points } }),
      ...(stock !== undefined && { stock: { pieces: stock, ...(left !== undefined && { left }) } }),
      ...(validity !== undefined && { validity: { unit: validity.unit, count: validity.count } }),
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      offered: reward.isOffered(now),
      ...(account && cost && { affordable: availableIn(account, programme, cost.wallet) >= cost.points }),
    };
  }
}

const availableIn = ({ wallets }: Account, programme: string, wallet: string): number =>
  wallets.find((held) => held.programme === programme && held.wallet === wallet)?.totals.available ?? 0;
