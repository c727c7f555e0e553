import { Controller, Get, Query } from '@nestjs/common';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { PositionQuery, reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Many, One, Text, Whole } from '../../../platform/http/request-rules';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired } from '../../../platform/wiring/tokens';
import { monthlyPurchases, type MonthlyPurchases } from './monthly-purchases.query';

class MonthlyPurchasesQuery extends PositionQuery {
  @Text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'GBP' }) readonly currency!: string;
}

class PurchaseFiguresAnswer {
  @Whole({ description: 'Purchases, those without a paid line too; returns are counted apart.' })
  readonly invoices!: number;
  @Whole({ description: 'Purchases with a line of an amount above 0.' }) readonly paidInvoices!: number;
  @Whole({ description: 'Lines of purchases.' }) readonly lines!: number;
  @Whole() readonly paidLines!: number;
  @Text({ max: 40, description: 'Exact decimal without trailing zeros.' }) readonly gross!: string;
  @Whole() readonly returnInvoices!: number;
  @Whole() readonly returnLines!: number;
  @Text({ max: 40, description: 'What was given back, not below 0.' }) readonly returned!: string;
  @Text({ max: 40, description: 'Gross less returned.' }) readonly net!: string;
}

class MonthFiguresAnswer extends PurchaseFiguresAnswer {
  @Text({ max: 7, example: '2026-11' }) readonly month!: string;
}

class IdentifiedMonthAnswer extends MonthFiguresAnswer {
  @Whole({ description: 'Customers with a purchase or a return in the month.' }) readonly customers!: number;
  @Whole({ description: 'Customers with a paid purchase in the month.' }) readonly buyers!: number;
  @Whole({ description: 'Those whose first paid purchase it was.' }) readonly firstTimeBuyers!: number;
}

class IdentifiedAnswer extends PurchaseFiguresAnswer {
  @Whole({ description: 'Customers with a paid purchase.' }) readonly buyers!: number;
  @Many(() => IdentifiedMonthAnswer, { max: 10_000 }) readonly months!: readonly IdentifiedMonthAnswer[];
}

class AnonymousAnswer extends PurchaseFiguresAnswer {
  @Many(() => MonthFiguresAnswer, { max: 10_000 }) readonly months!: readonly MonthFiguresAnswer[];
}

class MonthlyPurchasesAnswer {
  @One(() => IdentifiedAnswer, { description: 'Of customers who made themselves known.' })
  readonly identified!: IdentifiedAnswer;
  @One(() => AnonymousAnswer) readonly anonymous!: AnonymousAnswer;
}

@Controller('v1/insights/monthly-purchases')
export class MonthlyPurchasesController {
  constructor(
    @Wired('longQueryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
  ) {}

  @Get()
  @Operation({
    id: 'readMonthlyPurchases',
    tag: 'Insights',
    summary: 'Purchases, returns, buyers and sales by month',
    description:
      'Of one currency, by the local month of the outlet, each return in its own; months without either are left out.',
    query: MonthlyPurchasesQuery,
    answer: { status: 200, description: 'The figures.', body: MonthlyPurchasesAnswer },
    problems: ['PositionInvalid', 'PositionNotReached'],
  })
  async read(
    @Query() { currency, position }: MonthlyPurchasesQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<HttpAnswer> {
    await reached(this.projecting, position);
    const figures: MonthlyPurchases = await monthlyPurchases(this.query, tenant, currency);
    return answeredByContent(figures satisfies MonthlyPurchasesAnswer);
  }
}
