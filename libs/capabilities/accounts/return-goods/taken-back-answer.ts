import { ClientPart, Many, Optional, Quantity, Text, Texts, Whole } from '../../../platform/http/request-rules';
import type { PurchaseFlag } from '../account/account.events';
import type { ReturnedLine as Line, RevokedReward as Revoked, WalletPoints as Points } from './taken-back';

export class WalletPoints implements Points {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 1 }) readonly points!: number;
}

export class RevokedReward implements Revoked {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly reward!: string;
  @Text({ max: 200, description: 'By which it would have been redeemed.' }) readonly issued!: Revoked['issued'];
}

export class ReturnedLine implements Line {
  @Text({ max: 64 }) readonly sku!: string;
  @Quantity({ min: 0 }) readonly quantity!: number;
  @Whole({ min: 0 }) readonly amount!: number;
  @Optional() @Text({ max: 300, description: 'Receipt key of the purchase it belongs to.' }) readonly of?: string;
}

/** What was taken back and given back; see each member. */
export class TakenBackAnswer {
  @Many(() => WalletPoints, { max: 4096, description: 'Points that were taken back.' })
  readonly reversed!: readonly WalletPoints[];
  @Many(() => WalletPoints, { max: 4096, description: 'Points the purchase had been paid with, there again.' })
  readonly restored!: readonly WalletPoints[];
  @Many(() => WalletPoints, { max: 4096, description: 'Points kept because they had been shown.' })
  readonly honoured!: readonly WalletPoints[];
  @Many(() => WalletPoints, { max: 4096, description: 'What was to be taken and was not there.' })
  readonly debtIncurred!: readonly WalletPoints[];
  @Many(() => RevokedReward, { max: 4096 }) readonly rewardsRevoked!: readonly RevokedReward[];
}

/** Of an exchange: what was brought back on the receipt of a purchase. */
export class ReturnedGoods extends TakenBackAnswer {
  @Many(() => ReturnedLine, { max: 1000, description: 'With the amounts that had been left out.' })
  readonly lines!: readonly ReturnedLine[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: readonly PurchaseFlag[];
}
