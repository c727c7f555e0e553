import type { CustomerValues, IdentifiedMonth, MonthFigures } from '../../../libs/capabilities/insights';
import { daysAfterMonths, knownAsOf, knownMonthly, knownTop, knownTotals, type FileFigures } from './known-files';

const values: CustomerValues = {
  customers: { all: 3, buyers: 2, returning: 2, onlyReturning: 1, negativeNet: 1, negativeByReceipt: 1 },
  purchases: { invoices: 3, paidInvoices: 2, lines: 6, paidLines: 5, paidUnits: '12.5', articles: 4, gross: '20.5' },
  returns: { invoices: 2, lines: 4, returned: '5.4' },
  net: '15.1',
  wholeOfNet: '17',
  wholeByReceipt: '15',
  top: [
    { customerId: 'cus_1', gross: '20.505', returned: '0', net: '20.505', wholeOfNet: 20, wholeByReceipt: 19 },
    { customerId: 'cus_2', gross: '0', returned: '5.4', net: '-5.4', wholeOfNet: 0, wholeByReceipt: -5 },
  ],
};
const file: FileFigures = {
  customersInTwoCountries: 1,
  invoicesWithTwoCustomers: 0,
  invoicesWithTwoTimestamps: 2,
  linesAddedBySplitting: new Map([['2010-01', 1]]),
};
const card = (customerId: string): string => customerId.replace('cus_', '1234');

test('totals count invoices and lines as the file has them, with returns', () => {
  const points = { ofNet: '17', perInvoice: '15', negativeNet: 1, negativePerInvoice: 1 };
  const stamps = { every: 10, completed: 2, customersWithOne: 1, openLeft: 7 };
  expect(JSON.parse(knownTotals(values, file, points, stamps))).toEqual({
    identified: {
      lines: 9,
      customers: 3,
      invoices: 5,
      net_value: '15.10',
      return_lines: 3,
      return_invoices: 2,
      return_value: '-5.40',
      customers_with_return: 2,
      customers_with_returns_only: 1,
      free_lines_price_0: 1,
      purchase_lines_paid: 5,
      purchase_value: '20.50',
      customers_with_paid_purchase: 2,
      paid_purchase_invoices: 2,
      purchase_stock_codes: 4,
      units_sold_paid: 12.5,
      customers_in_two_countries: 1,
      invoices_with_two_customers: 0,
      invoices_with_two_timestamps: 2,
    },
    points: {
      sum_points_floor_of_net: 17,
      sum_points_per_invoice: 15,
      customers_with_negative_net: 1,
      customers_with_negative_points_per_invoice: 1,
    },
    stamps_10_visits: { cards_completed: 2, customers_with_a_card: 1, open_stamps_left: 7 },
  });
  expect(JSON.parse(knownTotals(values, file, points, undefined))).not.toHaveProperty('stamps_10_visits');
});

test('months count what nobody identified himself for among all, and nowhere else', () => {
  const figures: MonthFigures = {
    month: '2010-01',
    invoices: 2,
    paidInvoices: 1,
    lines: 5,
    paidLines: 4,
    gross: '10.001',
    returnInvoices: 1,
    returnLines: 3,
    returned: '2.5',
    net: '7.501',
  };
  const month: IdentifiedMonth = { ...figures, customers: 2, buyers: 1, firstTimeBuyers: 1 };
  const identified = { ...figures, buyers: 1, months: [month] };
  const nobody = { ...figures, months: [] };
  const others = { ...figures, months: [{ ...figures, net: '0.1', returnInvoices: 0, returnLines: 0 }] };
  const rowOf = (csv: string): string | undefined => csv.split('\n')[1];
  expect(rowOf(knownMonthly({ identified, anonymous: nobody }, file))).toBe(
    '2010-01,7,3,7.501,2,1,1,10.00,-2.50,7.50,1',
  );
  expect(rowOf(knownMonthly({ identified, anonymous: others }, file))).toBe(
    '2010-01,12,5,7.601,2,1,1,10.00,-2.50,7.50,1',
  );
});

test('the best are named by their cards, money to the penny', () => {
  const csv = knownTop(values.top, card, ({ wholeOfNet, wholeByReceipt }) => ({
    ofNet: wholeOfNet,
    perInvoice: wholeByReceipt,
  }));
  expect(csv.split('\n').slice(1)).toEqual(['1,12341,20.51,0.00,20.51,20,19', '2,12342,0.00,-5.40,-5.40,0,-5', '']);
});

test('as of a day there may be fewer than three customers, and no card for stamps', () => {
  const csv = knownAsOf([{ day: '2010-01-01', values, pointsOfNet: '17', stampCards: '' }], card);
  expect(csv.split('\n')[1]).toBe('2010-01-01,3,2,15.10,17,,12341:20.51,12342:-5.40,');
});

test('as-of days are the first after every month, those between without a sale too', () => {
  expect(daysAfterMonths('2009-11', '2010-02')).toEqual(['2009-12-01', '2010-01-01', '2010-02-01', '2010-03-01']);
  expect(daysAfterMonths('2010-12', '2010-12')).toEqual(['2011-01-01']);
});
