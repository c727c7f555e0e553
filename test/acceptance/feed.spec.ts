import type { JsonObject } from '../../libs/kernel/json';
import { purchaseOf, RunningProduct, textOf } from './running-product';

let product: RunningProduct;
let service: string;
beforeAll(async () => {
  product = await RunningProduct.open();
  service = await product.key('service');
});
afterAll(() => product.close());

const buy = async (receipt: string, card?: string) => {
  const answer = await product.send('POST', '/v1/purchases', { body: purchaseOf(receipt, 10, 1, card) });
  expect(answer.status).toBe(201);
};

const eventsIn = (text: string): JsonObject[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonObject);

async function page(query = ''): Promise<{ events: JsonObject[]; next: string }> {
  const { text, headers, status } = await product.send('GET', `/v1/feed${query}`, { as: service });
  expect(status).toBe(200);
  return { events: eventsIn(text), next: headers.get('feed-position') ?? '' };
}

async function* bytesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

/** Reads a stream until `count` events have come, then leaves. */
async function follow(path: string, headers: Readonly<Record<string, string>>, count: number): Promise<JsonObject[]> {
  const gone = new AbortController();
  const response = await fetch(product.url + path, {
    headers: { authorization: `Bearer ${service}`, ...headers },
    signal: gone.signal,
  });
  expect(response.status).toBe(200);
  const events: JsonObject[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of bytesOf(response)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as JsonObject);
      if (line.startsWith('{')) events.push(JSON.parse(line) as JsonObject);
    }
    if (events.length >= count) break;
  }
  gone.abort();
  return events.slice(0, count);
}

describe('the feed', () => {
  it('tells what happened in CloudEvents, in order, and nothing personal', async () => {
    const { body } = await product.send('POST', '/v1/customers', {
      body: { card: 'feed-1', email: 'someone@example.org', name: 'Some One' },
    });
    await buy('f-1', 'feed-1');
    await buy('f-2');
    const { events } = await page();
    expect(events.map(({ type }) => type)).toEqual([
      'loyalty.programme.activated.v1',
      'loyalty.customer.enrolled.v1',
      'loyalty.purchase.recorded.v1',
      'loyalty.points.earned.v1',
      'loyalty.purchase.recorded.v1',
    ]);
    expect(events[2]).toMatchObject({
      specversion: '1.0',
      source: '/tenants/main',
      subject: body['customerId'],
      datacontenttype: 'application/json',
      data: { customerId: body['customerId'], outlet: 'manila-1', amount: 1000 },
    });
    expect(events[4]).toMatchObject({ data: { customerId: null } });
    expect(JSON.stringify(events)).not.toMatch(/feed-1"|someone|Some One/);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('goes on after any position, in pages and by type', async () => {
    const all = (await page()).events;
    const seen: JsonObject[] = [];
    for (let after = ''; ;) {
      const { events, next } = await page(`?limit=2${after === '' ? '' : `&after=${after}`}`);
      seen.push(...events);
      if (events.length === 0) break;
      after = next;
    }
    expect(seen).toEqual(all);
    const earned = await page('?types=loyalty.points.earned.v1,loyalty.ledger.corrected.v1');
    expect(earned.events.map(({ type }) => type)).toEqual(['loyalty.points.earned.v1']);
    for (const after of ['zzzzzz', '0x', '-1']) {
      for (const accept of ['text/event-stream', '*/*']) {
        const refused = await product.send('GET', `/v1/feed?after=${after}`, { as: service, headers: { accept } });
        expect(refused).toMatchObject({ status: 400, body: { code: 'PositionInvalid' } });
      }
    }
    const wrong = await product.send('GET', '/v1/feed?types=loyalty.unknown.v1', { as: service });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
  });

  it.each([
    ['server-sent events', { accept: 'text/event-stream' }, (at: string) => ({ 'last-event-id': at }), '/v1/feed'],
    ['lines', {}, () => ({}), '/v1/feed?follow=true'],
  ])('follows as %s and resumes exactly where it was left', async (_, headers, resume, path) => {
    const before = (await page()).events;
    const first = follow(path, headers, before.length + 2);
    await buy(`s-1-${path.length}`);
    await buy(`s-2-${path.length}`);
    const seen = await first;
    expect(seen.slice(0, before.length)).toEqual(before);
    const left = textOf(seen.at(-2)?.['position']);
    const again = path.includes('follow') ? `${path}&after=${left}` : path;
    const rest = follow(again, { ...headers, ...resume(left) }, 2);
    await buy(`s-3-${path.length}`);
    expect((await rest)[0]).toEqual(seen.at(-1));
    expect((await rest)[1]?.['position']).not.toBe(seen.at(-1)?.['position']);
  });

  it('of one tenant shows nothing of another', async () => {
    const { body } = await product.send('POST', '/v1/tenants', { body: { tenant: 'quiet' } });
    const { text } = await product.send('GET', '/v1/feed', { as: textOf(body['secret']) });
    expect(text).toBe('');
  });
});
