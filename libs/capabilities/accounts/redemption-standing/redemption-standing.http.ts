import { Controller, Get, Param } from '@nestjs/common';
import { assert } from '../../../kernel/defect';
import { instantText } from '../../../kernel/time';
import { inSlices } from '../../../platform/decisions/in-slices';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { One, OneOf, Optional, Text, TextOrNull, Whole } from '../../../platform/http/request-rules';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { AccountStreams } from '../account/account-streams';
import { foldAccount } from '../account/account.ledger';
import { revisionOf } from '../account/decide-now';
import type { PastRedemption } from '../account/past';
import { foundRedemption } from '../reserve-redemption/find-redemption';
import { RedemptionCommands } from '../reserve-redemption/redemption-commands';
import { PointsInWallet, RewardOfProgramme } from '../reward-catalogue/reward-body';
import { rewardTerms } from '../reward-catalogue/reward-terms';

class RedemptionStanding {
  @Text({ max: 64, description: '`red_…`' }) readonly redemptionId!: string;
  @Text({ max: 64 }) readonly customerId!: string;
  @OneOf(['reserved', 'confirmed', 'released', 'lapsed']) readonly state!: PastRedemption['state'];
  @One(() => RewardOfProgramme) readonly reward!: RewardOfProgramme;
  @TextOrNull({ max: 200, description: 'Null where points are paid.' }) readonly issued!: string | null;
  @Optional() @One(() => PointsInWallet) readonly cost?: PointsInWallet;
  @Optional() @Whole({ min: 1, description: 'Which piece of the stock it is.' }) readonly piece?: number;
  @TextOrNull({ max: 32, description: 'RFC 3339, exclusive; null where it was handed over offline.' })
  readonly reservedUntil!: string | null;
}

@Controller('v1/redemptions/:id')
export class RedemptionStandingController {
  constructor(
    private readonly accounts: AccountStreams,
    private readonly redemptions: RedemptionCommands,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'getRedemption',
    tag: 'Redemptions',
    summary: 'What has become of a redemption',
    description: 'By now, whether or not anything was sent about it: a reservation lapses by itself.',
    answer: { status: 200, description: 'The redemption.', body: RedemptionStanding },
    problems: ['RedemptionNotFound', 'OutletNotYours'],
  })
  async read(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<HttpAnswer> {
    const { tenant } = caller;
    const { account, data } = await foundRedemption(this.redemptions, caller, id, {});
    const terms = this.terms.termsOf(tenant);
    const { facts } = await this.accounts.history(tenant, account);
    const { past } = await inSlices(foldAccount(facts, terms, { through: this.clock() }));
    const found = past.redemptions.get(data.redemption);
    const compiled = revisionOf(terms, data.programme, data.revision);
    const priced = compiled?.rewards.get(data.reward);
    assert(found !== undefined && compiled !== undefined && priced !== undefined, `${id} was reserved or reported`);
    const { wallet, cost, issued, piece } = data;
    return answeredByContent({
      redemptionId: data.redemption,
      customerId: account,
      state: found.state,
      reward: rewardTerms(compiled, priced.terms),
      issued: issued ?? null,
      ...(wallet !== undefined && { cost: { wallet, points: cost } }),
      ...(piece !== undefined && { piece }),
      reservedUntil: found.reservedUntil === null ? null : instantText(found.reservedUntil),
    } satisfies RedemptionStanding);
  }
}
