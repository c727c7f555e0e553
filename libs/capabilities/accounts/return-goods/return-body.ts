import {
  ClientPart,
  Instant,
  LocalDay,
  Many,
  One,
  Optional,
  Quantity,
  Text,
  Whole,
} from '../../../platform/http/request-rules';
import { CustomerReferenceBody } from '../account/customer-reference-body';

/** How a purchase is named in a body: see `readPurchaseReference`. */
const purchaseForm = /^(?:pur_[0-9a-f-]{36}|[A-Za-z0-9._-]{1,64}(?:~[A-Za-z0-9._-]{1,64}){2,3})$/;

const inMinorUnits = 'In minor units: a whole number of 10^-decimals of the currency.';

export class ReturnLineBody {
  @Text({ max: 64 }) readonly sku!: string;
  @Optional() @Text({ max: 64 }) readonly category?: string;
  @Quantity({ min: 0.001, description: 'At most three decimals.' }) readonly quantity!: number;
  @Optional() @Text({ max: 16 }) readonly unit?: string;
  @Optional()
  @Whole({
    min: 0,
    description: `What was given back for it; left out, its part of what the purchase's line had cost. ${inMinorUnits}`,
  })
  readonly amount?: number;
  @Optional()
  @Text({
    max: 300,
    pattern: purchaseForm,
    description:
      '`outlet~till~receipt` (with the business day before the receipt where numbering is daily) or `pur_…`.',
  })
  readonly purchase?: string;
  @Optional()
  @Whole({ min: 0, description: "Which line of the purchase, from 0; left out, the article's lines, first to last." })
  readonly line?: number;
}

/** What every return says, wherever its purchase is named. */
export class ReturnDocumentBody {
  @ClientPart({ example: 'manila-1' }) readonly outlet!: string;
  @ClientPart({ example: '2' }) readonly till!: string;
  @ClientPart({ example: 'R-000007', description: 'Of the return: it is a receipt of its own.' })
  readonly receipt!: string;
  @Optional()
  @LocalDay({ description: 'Required where the tills of the outlet number daily, and only there.' })
  readonly businessDay?: string;
  @Instant({ example: '2026-11-21T09:30:00+08:00' }) readonly occurredAt!: string;
  @Optional()
  @One(() => CustomerReferenceBody, {
    description: 'Exactly one of its members. Left out, the customer of the purchase; where that is unknown, nobody.',
  })
  readonly customer?: CustomerReferenceBody;
  @Text({ max: 3, pattern: /^[A-Z]{3}$/, example: 'PHP', description: 'ISO 4217.' }) readonly currency!: string;
  @Optional()
  @Whole({ min: 0, description: 'Decimals of every amount; by default those of the currency, at most 4.' })
  readonly decimals?: number;
  @Many(() => ReturnLineBody, { min: 1, max: 1000 }) readonly lines!: readonly ReturnLineBody[];
  @Optional() @ClientPart({ description: '`store` unless said.' }) readonly channel?: string;
  @Optional() @ClientPart({ description: 'Who took it, by the name the outlet uses.' }) readonly staff?: string;
}

export class ReturnGoodsBody extends ReturnDocumentBody {
  @Optional()
  @Text({
    max: 300,
    pattern: purchaseForm,
    description: 'The purchase of every line that names none. It may be reported later, if it is named by its receipt.',
  })
  readonly purchase?: string;
}
