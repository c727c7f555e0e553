import type { CustomerValue, CustomerValues, MonthlyPurchases } from '../../../libs/capabilities/insights';
import { negated, roundedToPence, sumOf, withPence } from './report-money';

/**
 * The files of known figures that come with the data, made from the server's answers: same names, columns, keys and
 * spelling, so that `diff` can compare them. Pure; what is a customer's number is the card he is known by.
 */

/** What the files themselves say, and nobody else can know. */
export interface FileFigures {
  readonly customersInTwoCountries: number;
  readonly invoicesWithTwoCustomers: number;
  readonly invoicesWithTwoTimestamps: number;
  /** By month: how many more lines returns were posted with than they had, since a line was split among its purchases. */
  readonly linesAddedBySplitting: ReadonlyMap<string, number>;
}

export interface PointFigures {
  readonly ofNet: string;
  readonly perInvoice: string;
  readonly negativeNet: number;
  readonly negativePerInvoice: number;
}

/** Absent where the programme has no card that collects visits. */
export interface StampFigures {
  readonly every: number;
  readonly completed: number;
  readonly customersWithOne: number;
  readonly openLeft: number;
}

export function knownTotals(
  { customers, purchases, returns, net }: CustomerValues,
  file: FileFigures,
  points: PointFigures,
  stamps: StampFigures | undefined,
): string {
  const returnLines = returns.lines - [...file.linesAddedBySplitting.values()].reduce((sum, lines) => sum + lines, 0);
  const totals = {
    identified: {
      lines: purchases.lines + returnLines,
      customers: customers.all,
      invoices: purchases.invoices + returns.invoices,
      net_value: withPence(net),
      return_lines: returnLines,
      return_invoices: returns.invoices,
      return_value: negated(withPence(returns.returned)),
      customers_with_return: customers.returning,
      customers_with_returns_only: customers.onlyReturning,
      free_lines_price_0: purchases.lines - purchases.paidLines,
      purchase_lines_paid: purchases.paidLines,
      purchase_value: withPence(purchases.gross),
      customers_with_paid_purchase: customers.buyers,
      paid_purchase_invoices: purchases.paidInvoices,
      purchase_stock_codes: purchases.articles,
      units_sold_paid: Number(purchases.paidUnits),
      customers_in_two_countries: file.customersInTwoCountries,
      invoices_with_two_customers: file.invoicesWithTwoCustomers,
      invoices_with_two_timestamps: file.invoicesWithTwoTimestamps,
    },
    points: {
      sum_points_floor_of_net: Number(points.ofNet),
      sum_points_per_invoice: Number(points.perInvoice),
      customers_with_negative_net: points.negativeNet,
      customers_with_negative_points_per_invoice: points.negativePerInvoice,
    },
    ...(stamps && {
      [`stamps_${stamps.every}_visits`]: {
        cards_completed: stamps.completed,
        customers_with_a_card: stamps.customersWithOne,
        open_stamps_left: stamps.openLeft,
      },
    }),
  };
  return `${JSON.stringify(totals, null, 1)}\n`;
}

const MONTHLY =
  'month,lines_all,invoices_all,net_value_all,customers_any_line,customers_paid_purchase,paid_purchase_invoices,' +
  'gross_identified,returned_identified,net_identified,first_time_buyers';

/** *All* are the purchases that nobody identified himself for, too. */
export function knownMonthly({ identified, anonymous }: MonthlyPurchases, file: FileFigures): string {
  const nobodys = new Map(anonymous.months.map((month) => [month.month, month]));
  const rows = identified.months.map((month) => {
    const others = nobodys.get(month.month);
    const all = [month, ...(others === undefined ? [] : [others])];
    const lines = all.reduce((sum, figures) => sum + figures.lines + figures.returnLines, 0);
    return [
      month.month,
      lines - (file.linesAddedBySplitting.get(month.month) ?? 0),
      all.reduce((sum, figures) => sum + figures.invoices + figures.returnInvoices, 0),
      withPence(others === undefined ? month.net : sumOf(month.net, others.net)),
      month.customers,
      month.buyers,
      month.paidInvoices,
      roundedToPence(month.gross),
      negated(roundedToPence(month.returned)),
      roundedToPence(month.net),
      month.firstTimeBuyers,
    ];
  });
  return csv(MONTHLY, rows);
}

/** Customers by net with what each of them has; the points are the ledger's where it has a wallet for them. */
export function knownTop(
  top: readonly CustomerValue[],
  cardOf: (customerId: string) => string,
  pointsOf: (customer: CustomerValue) => { readonly ofNet: number; readonly perInvoice: number },
): string {
  const rows = top.map((customer, index) => {
    const { ofNet, perInvoice } = pointsOf(customer);
    return [
      index + 1,
      cardOf(customer.customerId),
      roundedToPence(customer.gross),
      negated(roundedToPence(customer.returned)),
      roundedToPence(customer.net),
      ofNet,
      perInvoice,
    ];
  });
  return csv('rank,customer_id,gross,returned,net,points_floor_of_net,points_per_invoice', rows);
}

export interface AsOf {
  /** "YYYY-MM-DD": everything before it, nothing of it. */
  readonly day: string;
  readonly values: CustomerValues;
  readonly pointsOfNet: string;
  /** Empty where the programme has no card for it. */
  readonly stampCards: number | '';
}

export function knownAsOf(days: readonly AsOf[], cardOf: (customerId: string) => string): string {
  const rows = days.map(({ day, values, pointsOfNet, stampCards }) => [
    day,
    values.customers.all,
    values.customers.buyers,
    roundedToPence(values.net),
    pointsOfNet,
    stampCards,
    ...[0, 1, 2].map((index) => {
      const customer = values.top[index];
      return customer === undefined ? '' : `${cardOf(customer.customerId)}:${roundedToPence(customer.net)}`;
    }),
  ]);
  return csv(
    'strictly_before,customers_any_line,buyers,net_identified,sum_points_floor_of_net,stamp_cards,' +
      'top1 customer:net,top2,top3',
    rows,
  );
}

/** The first days of the months after each month from the first to the last: "2009-12" to "2010-02" gives January to March. */
export function daysAfterMonths(first: string, last: string): string[] {
  const days: string[] = [];
  for (let month = nextMonth(first); month <= nextMonth(last); month = nextMonth(month)) days.push(`${month}-01`);
  return days;
}

function nextMonth(month: string): string {
  const [year = 0, ordinal = 0] = month.split('-').map(Number);
  return ordinal === 12 ? `${year + 1}-01` : `${year}-${String(ordinal + 1).padStart(2, '0')}`;
}

const csv = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  [header, ...rows.map((row) => row.join(',')), ''].join('\n');
