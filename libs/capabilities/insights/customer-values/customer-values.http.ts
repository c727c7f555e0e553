import { Controller, Get, Query } from '@nestjs/common';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { millisecondsOf } from '../../../platform/http/instants';
import { Operation } from '../../../platform/http/operation';
import { PositionQuery, reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Instant, Many, One, Optional, Text, Whole } from '../../../platform/http/request-rules';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import { customerValues, type CustomerValues } from './customer-values.query';

const MOST_NAMED = 999;

class CustomerValuesQuery extends PositionQuery {
  @Text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'GBP' }) readonly currency!: string;
  @Optional()
  @Instant({ description: 'Counts only what occurred strictly before.' })
  readonly before?: string;
  @Optional()
  @Text({
    max: 3,
    pattern: /^[1-9][0-9]{0,2}$/,
    description: 'How many customers are named: 1 to 999, 20 unless said.',
  })
  readonly top?: string;
}

class CustomerCountsAnswer {
  @Whole({ description: 'With a purchase or a return.' }) readonly all!: number;
  @Whole({ description: 'With a paid purchase.' }) readonly buyers!: number;
  @Whole({ description: 'With a return.' }) readonly returning!: number;
  @Whole({ description: 'With returns and no purchase.' }) readonly onlyReturning!: number;
  @Whole({ description: 'With a net below 0.' }) readonly negativeNet!: number;
  @Whole({ description: 'With whole units by receipt below 0.' }) readonly negativeByReceipt!: number;
}

class PurchaseTotalsAnswer {
  @Whole() readonly invoices!: number;
  @Whole({ description: 'With a line of an amount above 0.' }) readonly paidInvoices!: number;
  @Whole() readonly lines!: number;
  @Whole() readonly paidLines!: number;
  @Text({ max: 40, description: 'Units on the paid lines.' }) readonly paidUnits!: string;
  @Whole({ description: 'Different articles on the paid lines.' }) readonly articles!: number;
  @Text({ max: 40, description: 'Exact decimal without trailing zeros.' }) readonly gross!: string;
}

class ReturnTotalsAnswer {
  @Whole() readonly invoices!: number;
  @Whole() readonly lines!: number;
  @Text({ max: 40, description: 'What was given back, not below 0.' }) readonly returned!: string;
}

class CustomerValueAnswer {
  @Text({ max: 64 }) readonly customerId!: string;
  @Text({ max: 40 }) readonly gross!: string;
  @Text({ max: 40 }) readonly returned!: string;
  @Text({ max: 40, description: 'Gross less returned.' }) readonly net!: string;
  @Whole({ description: 'Whole units of the net, not below 0.' }) readonly wholeOfNet!: number;
  @Whole({ description: 'Whole units of every receipt, returns negative.' }) readonly wholeByReceipt!: number;
}

class CustomerValuesAnswer {
  @One(() => CustomerCountsAnswer) readonly customers!: CustomerCountsAnswer;
  @One(() => PurchaseTotalsAnswer) readonly purchases!: PurchaseTotalsAnswer;
  @One(() => ReturnTotalsAnswer) readonly returns!: ReturnTotalsAnswer;
  @Text({ max: 40, description: 'Gross less returned.' }) readonly net!: string;
  @Text({ max: 40, description: 'Over all customers: whole units of their net, not below 0.' })
  readonly wholeOfNet!: string;
  @Text({ max: 40, description: 'Over all receipts: whole units, returns negative.' }) readonly wholeByReceipt!: string;
  @Many(() => CustomerValueAnswer, { max: MOST_NAMED, description: 'By net, highest first.' })
  readonly top!: readonly CustomerValueAnswer[];
}

@Controller('v1/insights/customer-values')
export class CustomerValuesController {
  constructor(
    @Wired('longQueryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
  ) {}

  @Get()
  @Operation({
    id: 'readCustomerValues',
    tag: 'Insights',
    summary: 'What identified customers bought and brought back, and who the best are',
    description: 'Of one currency, all in all or up to an instant. Purchases keyed by mistake count nowhere.',
    query: CustomerValuesQuery,
    answer: { status: 200, description: 'The figures.', body: CustomerValuesAnswer },
    problems: ['PositionInvalid', 'PositionNotReached'],
  })
  async read(
    @Query() { currency, before, top = '20', position }: CustomerValuesQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<HttpAnswer> {
    await reached(this.projecting, position);
    const values: CustomerValues = await customerValues(this.query, tenant, {
      currency,
      ...(before === undefined ? {} : { before: millisecondsOf(before) }),
      top: Number(top),
    });
    return answeredByContent(values satisfies CustomerValuesAnswer);
  }
}
