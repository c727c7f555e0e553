import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readInvoices } from './invoice';

const header = 'invoice_no,stock_code,description,quantity,invoice_date,unit_price,customer_id,country';
const hearts = '489437,22143,"HEARTS, RED",6,2009-12-01 09:08:00,2.1,15362,United Kingdom';
const candle = '489438,21329,CANDLE,1,2009-12-01 09:24:00,0.055,,United Kingdom';

describe('reading invoices', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'suki-invoices-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const csv = (...lines: string[]): string => [header, ...lines, ''].join('\n');

  test('lines of one invoice need not stand together, and keep their order', async () => {
    const invoices = await readInvoices(await file('apart.csv', csv(hearts, candle, hearts)));
    expect(invoices.map(({ number, customer, lines }) => [number, customer, lines.length])).toEqual([
      ['489437', '15362', 2],
      ['489438', undefined, 1],
    ]);
    expect(invoices[0]?.lines[0]).toEqual({
      stockCode: '22143',
      description: 'HEARTS, RED',
      quantity: 6,
      unitPrice: 21_000n,
      time: '2009-12-01 09:08:00',
      country: 'United Kingdom',
    });
  });

  test('a .gz reads like the file in it', async () => {
    const plain = await readInvoices(await file('plain.csv', csv(hearts, candle)));
    expect(await readInvoices(await file('packed.csv.gz', gzipSync(csv(hearts, candle))))).toEqual(plain);
  });

  test.each([
    ['a wrong number', csv(hearts, candle.replace(',1,', ',one,')), /line 3: quantity "one"/],
    ['a wrong price', csv(candle.replace('0.055', '1e3')), /line 2: unit_price "1e3"/],
    ['a wrong time', csv(candle.replace('2009-12-01', '01.12.2009')), /line 2: invoice_date/],
    ['an impossible day', csv(candle.replace('2009-12-01', '2009-02-30')), /line 2: invoice_date/],
    ['a second customer', csv(hearts, hearts.replace('15362', '15363')), /line 3: invoice 489437 names a second/],
    ['a missing column', csv().replace('customer_id', 'client'), /no column customer_id/],
    ['a missing field', csv('489437,22143'), /cannot be read/],
    ['a cut .gz', gzipSync(csv(hearts)).subarray(0, 40), /cannot be read/],
  ])('%s is named by file and line', async (_, content, message) => {
    const path = await file(content instanceof Buffer ? 'bad.csv.gz' : 'bad.csv', content);
    await expect(readInvoices(path)).rejects.toThrow(message);
    await expect(readInvoices(path)).rejects.toMatchObject({ name: 'CliFault', exitCode: 64 });
  });

  test('a file that is not there is named', async () => {
    await expect(readInvoices(join(folder, 'nothing.csv'))).rejects.toThrow(/nothing\.csv cannot be read/);
  });
});
