import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SukiApi } from '../../../libs/client';
import type { Invoice } from './invoice';
import { matchReturns } from './match-returns';
import { postDocuments } from './post-documents';
import type { PurchaseBody } from './purchase-of-invoice';
import { documentsInOrder, shuffled } from './shop-documents';

const invoice = (number: number | string, customer: string | undefined, minute: number): Invoice => ({
  number: String(number),
  ...(customer === undefined ? {} : { customer }),
  lines: [
    {
      stockCode: '22143',
      description: '',
      quantity: String(number).startsWith('C') ? -1 : 1,
      unitPrice: 10_000n,
      time: `2010-01-05 10:${String(minute).padStart(2, '0')}:00`,
      country: 'United Kingdom',
    },
  ],
});

const documentsOf = (invoices: readonly Invoice[]) => {
  const isReturn = ({ number }: Invoice): boolean => number.startsWith('C');
  const purchases = invoices.filter((one) => !isReturn(one));
  return documentsInOrder(purchases, matchReturns(purchases, invoices.filter(isReturn)));
};

describe('posting as several tills', () => {
  let server: Server;
  let api: SukiApi;
  const enrolled: string[] = [];
  const returns: string[] = [];
  const purchases: PurchaseBody[] = [];
  let atWork = 0;
  let mostAtWork = 0;
  let answerTo: (purchase: PurchaseBody) => [number, object];

  beforeEach(async () => {
    enrolled.length = 0;
    returns.length = 0;
    purchases.length = 0;
    mostAtWork = 0;
    answerTo = () => [201, { position: String(purchases.length) }];
    server = createServer((request, response) => {
      mostAtWork = Math.max(mostAtWork, (atWork += 1));
      void text(request).then((body) => {
        atWork -= 1;
        if (request.url === '/v1/customers') {
          enrolled.push((JSON.parse(body) as { card: string }).card);
          return response.writeHead(201).end('{"customerId":"cus_1"}');
        }
        if (request.url === '/v1/customers/lookup') return response.writeHead(200).end('{"customerId":"cus_2"}');
        if (request.url === '/v1/returns') returns.push((JSON.parse(body) as PurchaseBody).receipt);
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

  const post = (invoices: Invoice[], options: Partial<Parameters<typeof postDocuments>[2]> = {}) =>
    postDocuments(api, documentsOf(invoices), {
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
    expect(report).toMatchObject({
      posted: { purchase: { recorded: 60, replayed: 0 } },
      refused: [],
      customersEnrolled: 20,
    });
    expect(report.customers.get('12346')).toBe('cus_1');
    expect([...enrolled].sort()).toEqual(customers);
    for (const customer of customers) {
      const own = purchases.filter((purchase) => purchase.customer?.card === customer);
      expect(own.map(({ occurredAt }) => occurredAt.slice(14, 16))).toEqual(['10', '20', '30']);
      expect(new Set(own.map(({ till }) => till)).size).toBe(1);
    }
  });

  test('a return goes to the returns, after what was bought at the same minute', async () => {
    const report = await post([invoice('C9', '12346', 5), invoice(8, '12346', 5)]);
    expect(returns).toEqual(['C9']);
    expect(purchases.map(({ receipt }) => receipt)).toEqual(['8', 'C9']);
    expect(report.posted).toEqual({
      purchase: { recorded: 1, replayed: 0 },
      return: { recorded: 1, replayed: 0 },
    });
  });

  test('documents may be delivered in any order', async () => {
    const inOrder = documentsOf([10, 20, 30, 40, 50].map((minute) => invoice(minute, '12346', minute)));
    const order = shuffled(inOrder, 7);
    await postDocuments(api, order, {
      tillsAtWork: 16,
      signal: new AbortController().signal,
      onPosted: () => undefined,
    });
    expect(purchases.map(({ receipt }) => receipt)).toEqual(order.map(({ body }) => body.receipt));
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
    expect(report).toMatchObject({
      posted: { purchase: { recorded: 3 } },
      refused: [{ kind: 'purchase', invoice: { number: '7' }, code: 'OutletUnknown' }],
    });
  });

  test('a stop ends it after the purchases in hand', async () => {
    const stopping = new AbortController();
    const invoices = Array.from({ length: 100 }, (_, index) => invoice(index, undefined, index % 60));
    const stopped = post(invoices, { signal: stopping.signal, onPosted: () => stopping.abort() });
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
    expect(purchases.length).toBeLessThanOrEqual(16);
  });
});
