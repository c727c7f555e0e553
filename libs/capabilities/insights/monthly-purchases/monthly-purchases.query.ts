import { sql } from 'kysely';
import type { TenantId } from '../../../kernel/ids';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { countedReceipts } from '../counted-receipts';
import { sumOfMoney, type MoneySum } from './money-sum';

/** Purchases and returns of one currency by the local month of their outlet. *Paid* = with an amount above 0. */
export interface MonthlyPurchases {
  /** Of customers who made themselves known. */
  readonly identified: PurchaseFigures & {
    /** Accounts with a paid purchase. */
    readonly buyers: number;
    readonly months: readonly IdentifiedMonth[];
  };
  readonly anonymous: PurchaseFigures & { readonly months: readonly MonthFigures[] };
}

/** Money is exact decimals without trailing zeros: "1056216.423". */
export interface PurchaseFigures {
  /** Purchases; returns are counted apart. */
  readonly invoices: number;
  readonly paidInvoices: number;
  /** Lines of purchases, those of price 0 too. */
  readonly lines: number;
  readonly paidLines: number;
  readonly gross: string;
  readonly returnInvoices: number;
  readonly returnLines: number;
  /** What was given back, ≥ 0. */
  readonly returned: string;
  /** Gross less returned. */
  readonly net: string;
}

export interface MonthFigures extends PurchaseFigures {
  /** "YYYY-MM". */
  readonly month: string;
}

export interface IdentifiedMonth extends MonthFigures {
  /** Accounts with a purchase or a return in the month. */
  readonly customers: number;
  /** Accounts with a paid purchase in the month. */
  readonly buyers: number;
  /** Those whose first paid purchase it was. */
  readonly firstTimeBuyers: number;
}

export async function monthlyPurchases(
  query: QueryDoor,
  tenant: TenantId,
  currency: string,
): Promise<MonthlyPurchases> {
  const groups = await groupsOf(query, tenant, currency);
  const identified = groups.filter((group) => group.anonymous === 0);
  const anonymous = groups.filter((group) => group.anonymous === 1);
  const known = countedReceipts(query, tenant, currency).where('anonymous', '=', 0);
  const paid = known.where('kind', '=', 'purchase').where('gross', '>', 0);
  const customers = countsByMonth(await accountsByMonth(known));
  const buyers = countsByMonth(await accountsByMonth(paid));
  const firstTime = countsByMonth(await firstTimesByMonth(query, paid));
  const months = monthsOf(identified).map((month) => ({
    ...month,
    customers: customers.get(month.month) ?? 0,
    buyers: buyers.get(month.month) ?? 0,
    firstTimeBuyers: firstTime.get(month.month) ?? 0,
  }));
  return {
    identified: {
      ...figuresOf(identified),
      buyers: [...firstTime.values()].reduce((sum, count) => sum + count, 0),
      months,
    },
    anonymous: { ...figuresOf(anonymous), months: monthsOf(anonymous) },
  };
}

interface Group {
  readonly month: string;
  readonly kind: 'purchase' | 'return';
  readonly anonymous: 0 | 1;
  readonly decimals: number;
  readonly invoices: number;
  readonly paidInvoices: number;
  readonly lines: number;
  readonly paidLines: number;
  /** Text: a sum may be more than a number holds. */
  readonly gross: string;
}

function groupsOf(query: QueryDoor, tenant: TenantId, currency: string): Promise<Group[]> {
  return countedReceipts(query, tenant, currency)
    .select(['localMonth as month', 'kind', 'anonymous', 'decimals'])
    .select(({ fn }) => [
      fn.countAll<number>().as('invoices'),
      fn.count<number>('receiptKey').filterWhere('gross', '>', 0).as('paidInvoices'),
      fn.sum<number>('allLines').as('lines'),
      fn.sum<number>('paidLines').as('paidLines'),
      sql<string>`cast(sum(${sql.ref('gross')}) as text)`.as('gross'),
    ])
    .groupBy(['localMonth', 'kind', 'anonymous', 'decimals'])
    .orderBy('localMonth')
    .execute();
}

interface MonthCount {
  readonly month: string;
  readonly accounts: number;
}

type Receipts = ReturnType<typeof countedReceipts>;

function accountsByMonth(receipts: Receipts): Promise<MonthCount[]> {
  return receipts
    .select('localMonth as month')
    .select(({ fn }) => fn.count<number>('account').distinct().as('accounts'))
    .groupBy('localMonth')
    .execute();
}

function firstTimesByMonth(query: QueryDoor, receipts: Receipts): Promise<MonthCount[]> {
  const firstMonths = receipts
    .select(({ fn }) => fn.min('localMonth').as('month'))
    .groupBy('account')
    .as('first_months');
  return query
    .selectFrom(firstMonths)
    .select('month')
    .select(({ fn }) => fn.countAll<number>().as('accounts'))
    .groupBy('month')
    .execute();
}

const countsByMonth = (counts: readonly MonthCount[]): ReadonlyMap<string, number> =>
  new Map(counts.map(({ month, accounts }) => [month, accounts]));

function monthsOf(groups: readonly Group[]): MonthFigures[] {
  const months = [...new Set(groups.map((group) => group.month))];
  return months.map((month) => ({ month, ...figuresOf(groups.filter((group) => group.month === month)) }));
}

function figuresOf(groups: readonly Group[]): PurchaseFigures {
  const purchases = groups.filter(({ kind }) => kind === 'purchase');
  const returns = groups.filter(({ kind }) => kind === 'return');
  const [gross, returned] = [moneyOf(purchases), moneyOf(returns)];
  return {
    invoices: total(purchases, 'invoices'),
    paidInvoices: total(purchases, 'paidInvoices'),
    lines: total(purchases, 'lines'),
    paidLines: total(purchases, 'paidLines'),
    gross: sumOfMoney(gross),
    returnInvoices: total(returns, 'invoices'),
    returnLines: total(returns, 'lines'),
    returned: sumOfMoney(returned),
    net: sumOfMoney([...gross, ...returned.map(({ units, decimals }) => ({ units: -units, decimals }))]),
  };
}

const total = (groups: readonly Group[], of: 'invoices' | 'paidInvoices' | 'lines' | 'paidLines'): number =>
  groups.reduce((sum, group) => sum + group[of], 0);

const moneyOf = (groups: readonly Group[]): readonly MoneySum[] =>
  groups.map(({ gross, decimals }) => ({ units: BigInt(gross), decimals }));
