import type { RewardTerms } from './reward-terms';
import type { Reward } from '../../programmes';
import { ClientPart, One, OneOf, Optional, Text, Texts, Whole } from '../../../platform/http/request-rules';

const REWARD_KINDS: readonly Reward['kind'][] = [
  'product',
  'service',
  'amountOff',
  'percentOff',
  'points',
  'catalogue',
];

export class PointsInWallet {
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
}

/** What a reward is: members that its kind does not have are left out. */
export class RewardOfProgramme implements RewardTerms {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly id!: string;
  @Text({ max: 200 }) readonly name!: string;
  @OneOf(REWARD_KINDS) readonly kind!: Reward['kind'];
  @Optional()
  @Texts({ max: 64, maxItems: 4096, description: 'Of a product or service: what it is given for.' })
  readonly skus?: readonly string[];
  @Optional() @Text({ max: 64, description: 'Off the receipt, a decimal in `currency`.' }) readonly amount?: string;
  @Optional() @Text({ max: 3 }) readonly currency?: string;
  @Optional() @Text({ max: 64, description: 'Off the receipt, a decimal.' }) readonly percent?: string;
  @Optional() @One(() => PointsInWallet, { description: 'Points it gives.' }) readonly gives?: PointsInWallet;
  @Optional() @Text({ max: 4096 }) readonly description?: string;
}
