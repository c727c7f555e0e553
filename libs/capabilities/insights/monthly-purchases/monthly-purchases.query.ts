import { sql } from 'kysely';
import type { TenantId } from '../../../kernel/ids';
import type { Queried, QueryDoor } from '../../../platform/read-store/read-store';
import type { PurchaseReceiptRow } from '../../accounts';
import { sumOfMoney, type MoneySum } from './money-sum';

type Tables = { purchase_receipts: Queried<PurchaseReceiptRow> };

/** Purchases of one currency by the local month of their outlet. *Paid* = with an amount above 0. */
export interface MonthlyPurchases {
  /** Of customers who made themselves known. */
  readonly identified: PurchaseFigures & {
    /** Accounts with a paid purchase. */
    readonly buyers: number;
    readonly months: readonly IdentifiedMonth[];
  };
  readonly anonymous: PurchaseFigures & { readonly months: readonly MonthFigures[] };
}

export interface PurchaseFigures {
  readonly invoices: number;
  readonly paidInvoices: number;
  readonly paidLines: number;
  /** Exact decimal without trailing zeros: "1056216.423". */
  readonly gross: string;
}

export interface MonthFigures extends PurchaseFigures {
  /** "YYYY-MM". */
  readonly month: string;
}

export interface IdentifiedMonth extends MonthFigures {
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
  const buyers = countsByMonth(await buyersByMonth(query, tenant, currency));
  const firstTime = countsByMonth(await firstTimeBuyersByMonth(query, tenant, currency));
  const months = monthsOf(identified).map((month) => ({
    ...month,
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
  readonly anonymous: 0 | 1;
  readonly decimals: number;
  readonly invoices: number;
  readonly paidInvoices: number;
  readonly paidLines: number;
  /** Text: a sum may be more than a number holds. */
  readonly gross: string;
}

function groupsOf(query: QueryDoor, tenant: TenantId, currency: string): Promise<Group[]> {
  return purchases(query, tenant, currency)
    .select(['localMonth as month', 'anonymous', 'decimals'])
    .select(({ fn }) => [
      fn.countAll<number>().as('invoices'),
      fn.count<number>('receiptKey').filterWhere('gross', '>', 0).as('paidInvoices'),
      fn.sum<number>('paidLines').as('paidLines'),
      sql<string>`cast(sum(${sql.ref('gross')}) as text)`.as('gross'),
    ])
    .groupBy(['localMonth', 'anonymous', 'decimals'])
    .orderBy('localMonth')
    .execute();
}

interface MonthCount {
  readonly month: string;
  readonly accounts: number;
}

function buyersByMonth(query: QueryDoor, tenant: TenantId, currency: string): Promise<MonthCount[]> {
  return paidByKnown(query, tenant, currency)
    .select('localMonth as month')
    .select(({ fn }) => fn.count<number>('account').distinct().as('accounts'))
    .groupBy('localMonth')
    .execute();
}

function firstTimeBuyersByMonth(query: QueryDoor, tenant: TenantId, currency: string): Promise<MonthCount[]> {
  const firstMonths = paidByKnown(query, tenant, currency)
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

function purchases(query: QueryDoor, tenant: TenantId, currency: string) {
  return query
    .withTables<Tables>()
    .selectFrom('purchase_receipts')
    .where('tenant', '=', tenant)
    .where('currency', '=', currency);
}

function paidByKnown(query: QueryDoor, tenant: TenantId, currency: string) {
  return purchases(query, tenant, currency).where('anonymous', '=', 0).where('gross', '>', 0);
}

const countsByMonth = (counts: readonly MonthCount[]): ReadonlyMap<string, number> =>
  new Map(counts.map(({ month, accounts }) => [month, accounts]));

function monthsOf(groups: readonly Group[]): MonthFigures[] {
  const months = [...new Set(groups.map((group) => group.month))];
  return months.map((month) => ({ month, ...figuresOf(groups.filter((group) => group.month === month)) }));
}

function figuresOf(groups: readonly Group[]): PurchaseFigures {
  const total = (count: (group: Group) => number): number => groups.reduce((sum, group) => sum + count(group), 0);
  return {
    invoices: total((group) => group.invoices),
    paidInvoices: total((group) => group.paidInvoices),
    paidLines: total((group) => group.paidLines),
    gross: sumOfMoney(groups.map(({ gross, decimals }): MoneySum => ({ units: BigInt(gross), decimals }))),
  };
}
