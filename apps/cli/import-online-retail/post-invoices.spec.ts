import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SukiApi } from '../../../libs/client';
import type { Invoice } from './invoice';
import { postInvoices } from './post-invoices';
import type { PurchaseBody } from './purchase-of-invoice';

const invoice = (number: number, customer: string | undefined, minute: number): Invoice => ({
  number: String(number),
  ...(customer === undefined ? {} : { customer }),
  lines: [
    {
      stockCode: '22143',
      description: '',
      quantity: 1,
      unitPrice: 10_000n,
      time: `2010-01-05 10:${String(minute).padStart(2, '0')}:00`,
      country: 'United Kingdom',
    },
  ],
});

describe('posting as several tills', () => {
  let server: Server;
  let api: SukiApi;
  const enrolled: string[] = [];
  const purchases: PurchaseBody[] = [];
  let atWork = 0;
  let mostAtWork = 0;
  let answerTo: (purchase: PurchaseBody) => [number, object];

  beforeEach(async () => {
    enrolled.length = 0;
    purchases.length = 0;
    mostAtWork = 0;
    answerTo = () => [201, { position: String(purchases.length) }];
    server = createServer((request, response) => {
      mostAtWork = Math.max(mostAtWork, (atWork += 1));
      void text(request).then((body) => {
        atWork -= 1;
        if (request.url === '/v1/customers') {
          enrolled.push((JSON.parse(body) as { card: string }).card);
          return response.writeHead(201).end('{}');
        }
        const purchase = JSON.parse(body) as PurchaseBody;
        purchases.push(purchase);
        const [status, answer] = answerTo(purchase);
        return response.writeHead(status).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api = new SukiApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (invoices: Invoice[], options: Partial<Parameters<typeof postInvoices>[2]> = {}) =>
    postInvoices(api, invoices, {
      tillsAtWork: 16,
      signal: new AbortController().signal,
      onPosted: () => undefined,
      ...options,
    });

  test('a customer is enrolled once, and buys in the order of time through one till', async () => {
    const customers = Array.from({ length: 20 }, (_, index) => String(12_346 + index));
    const invoices = customers.flatMap((customer, index) =>
      [30, 10, 20].map((minute) => invoice(index * 100 + minute, customer, minute)),
    );
    const report = await post(invoices);
    expect(report).toMatchObject({ recorded: 60, replayed: 0, refused: [], customersEnrolled: 20 });
    expect([...enrolled].sort()).toEqual(customers);
    for (const customer of customers) {
      const own = purchases.filter((purchase) => purchase.customer?.card === customer);
      expect(own.map(({ occurredAt }) => occurredAt.slice(14, 16))).toEqual(['10', '20', '30']);
      expect(new Set(own.map(({ till }) => till)).size).toBe(1);
    }
  });

  test('as many tills work at a time as asked for, and no more', async () => {
    const invoices = Array.from({ length: 100 }, (_, index) => invoice(index, undefined, index % 60));
    await post(invoices, { tillsAtWork: 3 });
    expect(purchases).toHaveLength(100);
    expect(mostAtWork).toBeLessThanOrEqual(3);
    expect(enrolled).toEqual([]);
  });

  test('a refused purchase is reported and the others are posted', async () => {
    answerTo = ({ receipt }) => (receipt === '7' ? [422, { code: 'OutletUnknown', detail: 'no' }] : [201, {}]);
    const report = await post([5, 6, 7, 8].map((number) => invoice(number, '12346', number)));
    expect(report).toMatchObject({ recorded: 3, refused: [{ invoice: { number: '7' }, code: 'OutletUnknown' }] });
  });

  test('a stop ends it after the purchases in hand', async () => {
    const stopping = new AbortController();
    const invoices = Array.from({ length: 100 }, (_, index) => invoice(index, undefined, index % 60));
    const stopped = post(invoices, { signal: stopping.signal, onPosted: () => stopping.abort() });
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
    expect(purchases.length).toBeLessThanOrEqual(16);
  });
});
