import { sql, type RawBuilder } from 'kysely';
import type { TenantId } from '../../../kernel/ids';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { countedReceipts } from '../counted-receipts';
import { sumOfMoney } from '../monthly-purchases/money-sum';

/**
 * What the customers who made themselves known have bought and brought back, in one currency. *Paid* = with an amount
 * above 0; money is exact decimals without trailing zeros, and *whole units* are those of the currency, such as pounds.
 */
export interface CustomerValues {
  readonly customers: CustomerCounts;
  readonly purchases: {
    readonly invoices: number;
    readonly paidInvoices: number;
    readonly lines: number;
    readonly paidLines: number;
    /** On the paid lines; decimal, as quantities may be parts. */
    readonly paidUnits: string;
    /** Different articles on the paid lines. */
    readonly articles: number;
    readonly gross: string;
  };
  readonly returns: {
    readonly invoices: number;
    readonly lines: number;
    /** ≥ 0. */
    readonly returned: string;
  };
  /** Gross less returned. */
  readonly net: string;
  /** Sum over the customers of the whole units of their net, not below 0. */
  readonly wholeOfNet: string;
  /** Sum over all receipts of their whole units, returns negative. */
  readonly wholeByReceipt: string;
  /** Customers by net, highest first; equal ones in the order of their accounts. */
  readonly top: readonly CustomerValue[];
}

export interface CustomerCounts {
  /** With a purchase or a return. */
  readonly all: number;
  /** With a paid purchase. */
  readonly buyers: number;
  readonly returning: number;
  /** With returns and no purchase, not even one of free goods. */
  readonly onlyReturning: number;
  /** With a net below 0. */
  readonly negativeNet: number;
  /** With whole units by receipt below 0. */
  readonly negativeByReceipt: number;
}

export interface CustomerValue {
  readonly customerId: string;
  readonly gross: string;
  readonly returned: string;
  readonly net: string;
  readonly wholeOfNet: number;
  readonly wholeByReceipt: number;
}

export interface ValuesWanted {
  readonly currency: string;
  /** Only what occurred strictly before, in milliseconds since 1970. */
  readonly before?: number;
  /** How many customers are named. */
  readonly top: number;
}

export async function customerValues(
  query: QueryDoor,
  tenant: TenantId,
  wanted: ValuesWanted,
): Promise<CustomerValues> {
  const receipts = identifiedReceipts(query, tenant, wanted);
  const totals = await totalsOf(query, receipts);
  const articles = await articlesOf(query, receipts);
  const top = await topOf(query, receipts, wanted.top);
  return {
    customers: {
      all: totals.all,
      buyers: totals.buyers,
      returning: totals.returning,
      onlyReturning: totals.onlyReturning,
      negativeNet: totals.negativeNet,
      negativeByReceipt: totals.negativeByReceipt,
    },
    purchases: {
      invoices: totals.purchases,
      paidInvoices: totals.paidPurchases,
      lines: totals.purchaseLines,
      paidLines: totals.paidLines,
      paidUnits: sumOfMoney([{ units: BigInt(totals.paidUnitsMilli), decimals: 3 }]),
      articles,
      gross: moneyText(totals.grossWhole, totals.grossParts),
    },
    returns: {
      invoices: totals.returns,
      lines: totals.returnLines,
      returned: moneyText(totals.returnedWhole, totals.returnedParts),
    },
    net: moneyText(totals.grossWhole - totals.returnedWhole, totals.grossParts - totals.returnedParts),
    wholeOfNet: String(totals.wholeOfNet),
    wholeByReceipt: String(totals.grossWhole - totals.returnedWhole),
    top: top.map((one) => ({
      customerId: one.account,
      gross: moneyText(one.grossWhole, one.grossParts),
      returned: moneyText(one.returnedWhole, one.returnedParts),
      net: moneyText(one.netWhole, one.netParts),
      wholeOfNet: Math.max(0, one.netWhole),
      wholeByReceipt: one.grossWhole - one.returnedWhole,
    })),
  };
}

function identifiedReceipts(query: QueryDoor, tenant: TenantId, { currency, before }: ValuesWanted) {
  const receipts = countedReceipts(query, tenant, currency).where('anonymous', '=', 0);
  return before === undefined ? receipts : receipts.where('occurredAt', '<', before);
}

type Receipts = ReturnType<typeof identifiedReceipts>;

/**
 * Amounts are summed as whole units and parts of one, with as many decimals as an amount may have: exact for every mixture
 * of decimals. More than 2^53−1 whole units in all is a defect.
 */
const PART_DECIMALS = 4;
const PARTS = sql.lit(10 ** PART_DECIMALS);

const unitsInWhole = sql`(case decimals when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 else 10000 end)`;
const whole = sql`(gross / ${unitsInWhole})`;
const parts = sql`((gross % ${unitsInWhole}) * (${PARTS} / ${unitsInWhole}))`;
const isPurchase = sql`kind = 'purchase'`;
const isReturn = sql`kind = 'return'`;

const sumWhere = (value: RawBuilder<unknown>, condition: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`sum(case when ${condition} then ${value} else 0 end)`;

/** A row an account; `netWhole` is rounded down, and `netParts` what is over it. */
function valuesByAccount(query: QueryDoor, receipts: Receipts) {
  const sums = receipts
    .select('account')
    .select([
      sumWhere(sql`1`, isPurchase).as('purchases'),
      sumWhere(sql`1`, sql`${isPurchase} and gross > 0`).as('paidPurchases'),
      sumWhere(sql`"allLines"`, isPurchase).as('purchaseLines'),
      sumWhere(sql`"paidLines"`, isPurchase).as('paidLines'),
      sumWhere(sql`"paidUnitsMilli"`, isPurchase).as('paidUnitsMilli'),
      sumWhere(whole, isPurchase).as('grossWhole'),
      sumWhere(parts, isPurchase).as('grossParts'),
      sumWhere(sql`1`, isReturn).as('returns'),
      sumWhere(sql`"allLines"`, isReturn).as('returnLines'),
      sumWhere(whole, isReturn).as('returnedWhole'),
      sumWhere(parts, isReturn).as('returnedParts'),
    ])
    .groupBy('account')
    .as('sums');
  const netParts = sql`("grossParts" - "returnedParts")`;
  const over = sql<number>`(((${netParts} % ${PARTS}) + ${PARTS}) % ${PARTS})`;
  return query
    .selectFrom(sums)
    .selectAll()
    .select([
      sql<number>`"grossWhole" - "returnedWhole" + (${netParts} - ${over}) / ${PARTS}`.as('netWhole'),
      over.as('netParts'),
    ])
    .as('accounts');
}

function totalsOf(query: QueryDoor, receipts: Receipts) {
  const count = (condition: RawBuilder<unknown>): RawBuilder<number> =>
    sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`;
  const sum = (column: string): RawBuilder<number> => sql<number>`coalesce(sum(${sql.ref(column)}), 0)`;
  return query
    .selectFrom(valuesByAccount(query, receipts))
    .select([
      sql<number>`count(*)`.as('all'),
      count(sql`"paidPurchases" > 0`).as('buyers'),
      count(sql`returns > 0`).as('returning'),
      count(sql`returns > 0 and purchases = 0`).as('onlyReturning'),
      count(sql`"netWhole" < 0`).as('negativeNet'),
      count(sql`"grossWhole" < "returnedWhole"`).as('negativeByReceipt'),
      sql<number>`coalesce(sum(case when "netWhole" > 0 then "netWhole" else 0 end), 0)`.as('wholeOfNet'),
      sum('purchases').as('purchases'),
      sum('paidPurchases').as('paidPurchases'),
      sum('purchaseLines').as('purchaseLines'),
      sum('paidLines').as('paidLines'),
      sum('paidUnitsMilli').as('paidUnitsMilli'),
      sum('grossWhole').as('grossWhole'),
      sum('grossParts').as('grossParts'),
      sum('returns').as('returns'),
      sum('returnLines').as('returnLines'),
      sum('returnedWhole').as('returnedWhole'),
      sum('returnedParts').as('returnedParts'),
    ])
    .executeTakeFirstOrThrow();
}

function topOf(query: QueryDoor, receipts: Receipts, limit: number) {
  return query
    .selectFrom(valuesByAccount(query, receipts))
    .select(['account', 'grossWhole', 'grossParts', 'returnedWhole', 'returnedParts', 'netWhole', 'netParts'])
    .orderBy('netWhole', 'desc')
    .orderBy('netParts', 'desc')
    .orderBy('account')
    .limit(limit)
    .execute();
}

async function articlesOf(query: QueryDoor, receipts: Receipts): Promise<number> {
  const sold = receipts.where('kind', '=', 'purchase').select('articles').as('sold');
  const { articles } = await query
    .selectFrom([sold, sql<{ value: string }>`json_each(sold.articles)`.as('article')])
    .select(({ fn }) => fn.count<number>('article.value').distinct().as('articles'))
    .executeTakeFirstOrThrow();
  return articles;
}

const moneyText = (wholes: number, partsOfOne: number): string =>
  sumOfMoney([
    { units: BigInt(wholes), decimals: 0 },
    { units: BigInt(partsOfOne), decimals: PART_DECIMALS },
  ]);
