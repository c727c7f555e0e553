import type { Invoice, InvoiceLine } from './invoice';
import { matchReturns } from './match-returns';
import { fileFigures } from './report';

const line = (quantity: number, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  stockCode: '22143',
  description: '',
  quantity,
  unitPrice: 21_000n,
  time: '2010-01-05 10:00:00',
  country: 'United Kingdom',
  ...changes,
});

test('what only the files know: two countries, two times, and return lines that were split', () => {
  const purchases: Invoice[] = [
    { number: '1', customer: '15362', lines: [line(2), line(2, { time: '2010-01-05 10:01:00' })] },
    { number: '2', customer: '15362', lines: [line(3, { country: 'Eire', time: '2010-01-06 10:00:00' })] },
    { number: '3', lines: [line(1), line(1, { time: '2010-01-05 10:01:00' })] },
  ];
  const february = { time: '2010-02-01 10:00:00' };
  const back: Invoice = { number: 'C4', customer: '15362', lines: [line(-9, february), line(-1, february)] };
  expect(fileFigures({ purchases, returns: matchReturns(purchases, [back]) })).toEqual({
    customersInTwoCountries: 1,
    invoicesWithTwoCustomers: 0,
    invoicesWithTwoTimestamps: 1,
    linesAddedBySplitting: new Map([['2010-02', 2]]),
  });
});
