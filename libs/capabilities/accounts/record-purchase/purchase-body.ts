import type { RedemptionId } from '../../../kernel/ids';
import type { PaymentKind } from '../account/account.events';
import {
  ClientPart,
  Instant,
  LocalDay,
  Many,
  One,
  OneOf,
  Optional,
  Quantity,
  Text,
  Whole,
  Wholes,
} from '../../../platform/http/request-rules';
import { CustomerReferenceBody } from '../account/customer-reference-body';
import { ReturnLineBody } from '../return-goods/return-body';
import { PURCHASE_LIMITS } from './record-purchase.decide';

const minorUnits = 'In minor units: a whole number of 10^-decimals of the currency.';

export class PurchaseLineBody {
  @Text({ max: 64 }) readonly sku!: string;
  @Optional() @Text({ max: 64 }) readonly category?: string;
  @Quantity({ min: 0, description: 'At most three decimals.' }) readonly quantity!: number;
  @Optional() @Text({ max: 16 }) readonly unit?: string;
  @Optional() @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: minorUnits }) readonly unitPrice?: number;
  @Optional() @Whole({ min: 0, description: minorUnits }) readonly discount?: number;
  @Whole({ min: 0, description: `What the line came to, net of its discount. ${minorUnits}` }) readonly amount!: number;
}

const PAYMENT_KINDS: readonly PaymentKind[] = [
  'cash',
  'card',
  'wallet',
  'transfer',
  'giftCard',
  'partner',
  'other',
  'points',
  'reward',
];

export class PaymentBody {
  @OneOf(PAYMENT_KINDS) readonly kind!: PaymentKind;
  @Whole({ min: 0, description: minorUnits }) readonly amount!: number;
  @Optional()
  @Text({
    max: 64,
    pattern: /^red_[0-9a-f-]{36}$/,
    description:
      '`red_…` that a payment with points or a reward stands for: what it had cost comes back with the goods.',
  })
  readonly redemption?: RedemptionId;
  @Optional()
  @Wholes({
    max: PURCHASE_LIMITS.lines - 1,
    maxItems: PURCHASE_LIMITS.lines,
    description: 'Lines a reward was given for, from 0; left out, it is spread over all.',
  })
  readonly lines?: readonly number[];
}

export class RecordPurchaseBody {
  @ClientPart({ example: 'manila-1' }) readonly outlet!: string;
  @ClientPart({ example: '2' }) readonly till!: string;
  @ClientPart({ example: '000123' }) readonly receipt!: string;
  @Optional()
  @LocalDay({ description: 'Required where the tills of the outlet number daily, and only there.' })
  readonly businessDay?: string;
  @Instant({ example: '2026-11-20T10:15:00+08:00' }) readonly occurredAt!: string;
  @Optional()
  @One(() => CustomerReferenceBody, { description: 'Exactly one of its members; left out for an anonymous purchase.' })
  readonly customer?: CustomerReferenceBody;
  @Text({ max: 3, pattern: /^[A-Z]{3}$/, example: 'PHP', description: 'ISO 4217.' }) readonly currency!: string;
  @Optional()
  @Whole({ min: 0, description: 'Decimals of every amount; by default those of the currency, at most 4.' })
  readonly decimals?: number;
  @Many(() => PurchaseLineBody, { min: 1, max: PURCHASE_LIMITS.lines })
  readonly lines!: readonly PurchaseLineBody[];
  @Optional()
  @Many(() => PaymentBody, { max: 50, description: 'Left out: paid in money. Else they sum to the lines.' })
  readonly payments?: readonly PaymentBody[];
  @Optional()
  @Many(() => ReturnLineBody, {
    min: 1,
    max: PURCHASE_LIMITS.lines,
    description: 'Goods brought back on the same receipt, as in a return. Needs a key that may record returns.',
  })
  readonly returns?: readonly ReturnLineBody[];
  @Optional()
  @Text({ max: 8192, description: 'Token of a quote: it is rated by the revisions of then, for 15 minutes.' })
  readonly quote?: string;
  @Optional() @ClientPart({ description: '`store` unless said.' }) readonly channel?: string;
  @Optional() @ClientPart({ description: 'Who served, by the name the outlet uses.' }) readonly staff?: string;
}
