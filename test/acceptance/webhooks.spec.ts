import { Webhook as Signer } from 'standardwebhooks';
import type { JsonObject } from '../../libs/kernel/json';
import { DAY_MS, HOUR_MS } from '../../libs/kernel/time';
import { soon } from '../../libs/testing/soon';
import { WebhookReceiver, type ReceivedRequest } from '../../libs/testing/webhook-receiver';
import { purchaseOf, RunningProduct, textOf } from './running-product';

const BOUGHT = 'loyalty.purchase.recorded.v1';

describe('S.2 webhooks', () => {
  let product: RunningProduct;
  let receiver: WebhookReceiver;
  let receipts = 0;

  beforeAll(async () => {
    product = await RunningProduct.open(undefined, { webhooksAllowPrivate: true });
    for (const card of ['9001', '9002']) await product.enrol(card);
  });
  afterAll(() => product.close());
  beforeEach(async () => (receiver = await WebhookReceiver.open()));
  afterEach(async () => {
    const { body } = await product.send('GET', '/v1/webhooks');
    for (const { webhook } of body['webhooks'] as { webhook: string }[]) {
      await product.send('DELETE', `/v1/webhooks/${webhook}`);
    }
    await receiver.close();
  });

  async function register(more: JsonObject = {}): Promise<{ readonly id: string; readonly secret: string }> {
    const { status, body } = await product.send('POST', '/v1/webhooks', { body: { url: receiver.url, ...more } });
    expect(status).toBe(201);
    return { id: textOf(body['webhook']), secret: textOf(body['secret']) };
  }

  async function buy(card = '9001'): Promise<void> {
    const body = purchaseOf(`hook-${receipts++}`, 100, 5, card);
    expect((await product.send('POST', '/v1/purchases', { body })).status).toBe(201);
  }

  const told = async (id: string): Promise<JsonObject> => (await product.send('GET', `/v1/webhooks/${id}`)).body;
  const delivery = async (id: string): Promise<JsonObject> => (await told(id))['delivery'] as JsonObject;
  const change = (id: string, more: JsonObject): ReturnType<RunningProduct['send']> =>
    product.send('PUT', `/v1/webhooks/${id}`, { body: { url: receiver.url, types: [BOUGHT], ...more } });

  /** Whether one of the request's signatures is that of the secret. */
  function isSignedBy(secret: string, { headers, body }: ReceivedRequest): boolean {
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    const expected = new Signer(secret).sign(String(headers['webhook-id']), at, body);
    return String(headers['webhook-signature']).split(' ').includes(expected);
  }

  it('tell what happens from now on as signed CloudEvents, whose secret is shown once', async () => {
    await buy();
    const request = { url: receiver.url, description: 'books' };
    const headers = { 'idempotency-key': 'register-once' };
    const { status, body } = await product.send('POST', '/v1/webhooks', { body: request, headers });
    expect({ status, body }).toMatchObject({ status: 201, body: { ...request, types: [], state: 'active' } });
    const repeated = await product.send('POST', '/v1/webhooks', { body: request, headers });
    expect(repeated.body).toEqual({ ...body, secret: undefined });
    const before = await product.endPosition();
    await buy();
    await soon(() => expect(receiver.types).toContain(BOUGHT));
    const feed = await product.send('GET', `/v1/feed?after=${before.toString(36)}`);
    const events = feed.text.trim().split('\n');
    await soon(() => expect(receiver.received.map((request) => request.body)).toEqual(events));
    for (const got of receiver.received) {
      expect(got.headers['content-type']).toBe('application/cloudevents+json');
      expect(got.headers['webhook-id']).toBe(got.event.id);
      expect(got.headers['suki-replay']).toBeUndefined();
      expect(isSignedBy(textOf(body['secret']), got)).toBe(true);
      expect(isSignedBy('whsec_AAAA', got)).toBe(false);
    }
    expect((await product.send('GET', '/v1/webhooks')).text).not.toContain('whsec_');
  });

  it('tell only what their filter names', async () => {
    await register({ types: ['loyalty.purchase.*'] });
    await buy();
    await soon(() => expect(receiver.types).toContain(BOUGHT));
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.types.every((type) => type.startsWith('loyalty.purchase.'))).toBe(true);
  });

  it('are signed with the old and the new secret for a day', async () => {
    const { id, secret: old } = await register({ types: [BOUGHT] });
    const { body } = await product.send('POST', `/v1/webhooks/${id}/secret`);
    const next = textOf(body['secret']);
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(1));
    product.passTime(DAY_MS + 1);
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(2));
    const signed = receiver.received.map((request) => [isSignedBy(old, request), isSignedBy(next, request)]);
    expect(signed).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('try what fails again later, in the order of its customer, and hold up no other', async () => {
    const { id } = await register({ types: [BOUGHT] });
    const other = await WebhookReceiver.open();
    await product.send('POST', '/v1/webhooks', { body: { url: other.url, types: [BOUGHT] } });
    const [poisoned] = (await product.send('POST', '/v1/customers/lookup', { body: { card: '9001' } })).text.match(
      /cus_[0-9a-f-]+/,
    ) ?? [''];
    let failing = true;
    receiver.answer = ({ event }) => ({ status: failing && event.subject === poisoned ? 500 : 204 });
    for (const card of ['9001', '9001', '9002']) await buy(card);
    await soon(() => expect(other.received).toHaveLength(3));
    await soon(async () => expect(await delivery(id)).toMatchObject({ waiting: 2, lastFailure: 'answered 500' }));
    expect(receiver.received).toHaveLength(2);
    failing = false;
    product.passTime(10_000);
    await soon(async () => expect(await delivery(id)).toMatchObject({ waiting: 0, lag: expect.any(Number) as number }));
    expect(receiver.received).toHaveLength(4);
    const ofPoisoned = receiver.received.filter(({ event }) => event.subject === poisoned);
    expect(ofPoisoned[0]?.headers['webhook-id']).toBe(ofPoisoned[1]?.headers['webhook-id']);
    const positions = ofPoisoned.map(({ event }) => Number.parseInt(event.position, 36));
    expect(positions).toEqual([...positions].sort((one, another) => one - another));
    await other.close();
  });

  it('wait as long as the receiver asks for', async () => {
    const { id } = await register({ types: [BOUGHT] });
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '7200' } });
    await buy();
    await soon(async () => expect(await delivery(id)).toMatchObject({ lastFailure: 'answered 503' }));
    receiver.answer = () => ({ status: 204 });
    product.passTime(HOUR_MS);
    await buy('9002');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(receiver.received).toHaveLength(1);
    product.passTime(HOUR_MS);
    await soon(() => expect(receiver.received).toHaveLength(3));
  });

  it('are paused after three days of failing, with a dead letter that can be replayed under its id', async () => {
    const { id } = await register({ types: [BOUGHT] });
    receiver.answer = () => ({ status: 500 });
    await buy();
    await soon(async () => expect(await delivery(id)).toMatchObject({ lastFailure: 'answered 500' }));
    product.passTime(3 * DAY_MS);
    await soon(async () =>
      expect(await told(id)).toMatchObject({ state: 'paused', pausedBecause: 'failing', delivery: { deadLetters: 1 } }),
    );
    const { body } = await product.send('GET', `/v1/webhooks/${id}/dead-letters`);
    expect(body['deadLetters']).toMatchObject([{ attempts: 2, failure: 'answered 500' }]);
    const tooEarly = await product.send('POST', `/v1/webhooks/${id}/replay`, { body: { deadLetters: true } });
    expect(tooEarly.body['code']).toBe('WebhookNotActive');

    receiver.answer = () => ({ status: 204 });
    await buy('9002');
    expect((await change(id, { paused: false })).body).toMatchObject({ state: 'active' });
    await soon(() => expect(receiver.received).toHaveLength(3));
    const end = await product.endPosition();
    await product.send('POST', `/v1/webhooks/${id}/replay`, { body: { deadLetters: true } });
    await soon(() => expect(receiver.received).toHaveLength(4));
    const [first, , , replayed] = receiver.received;
    expect(replayed?.headers).toMatchObject({ 'webhook-id': first?.headers['webhook-id'], 'suki-replay': 'true' });
    await soon(async () => expect(await delivery(id)).toMatchObject({ deadLetters: 0, waiting: 0 }));
    // By the request and what it sent nothing has happened to anybody.
    expect((await product.send('GET', `/v1/feed?after=${end.toString(36)}`)).text).toBe('');
  });

  it('are paused at once where the receiver says it is gone', async () => {
    const { id } = await register({ types: [BOUGHT] });
    receiver.answer = () => ({ status: 410 });
    await buy();
    await soon(async () => expect(await told(id)).toMatchObject({ state: 'paused', pausedBecause: 'gone' }));
    receiver.answer = () => ({ status: 204 });
    await change(id, {});
    await soon(() => expect(receiver.received).toHaveLength(2));
  });

  it('send a part of the log once more where they are asked to, beside what is new', async () => {
    await buy();
    const { id } = await register({ types: [BOUGHT] });
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(1));
    await product.send('POST', `/v1/webhooks/${id}/replay`, { body: { after: '' } });
    await soon(async () => expect(await delivery(id)).toMatchObject({ replaying: false, waiting: 0 }));
    const replayed = receiver.received.slice(1);
    const feed = await product.send('GET', `/v1/feed?types=${BOUGHT}`);
    // Customers go side by side.
    expect(replayed.map(({ body }) => body).sort()).toEqual(feed.text.trim().split('\n').sort());
    expect(replayed.every(({ headers }) => headers['suki-replay'] === 'true')).toBe(true);
    const [first] = receiver.received;
    expect(replayed.map(({ headers }) => headers['webhook-id'])).toContain(first?.headers['webhook-id']);
  });

  it('send a test event, and say what became of it', async () => {
    const { id, secret } = await register();
    const { body } = await product.send('POST', `/v1/webhooks/${id}/test`);
    expect(body).toEqual({ delivered: true, status: 204 });
    const [got] = receiver.received;
    expect(got && isSignedBy(secret, got)).toBe(true);
    expect(receiver.types).toEqual(['loyalty.webhook.test.v1']);
  });

  it('say nothing any more once they are deleted', async () => {
    const { id } = await register({ types: [BOUGHT] });
    await product.send('DELETE', `/v1/webhooks/${id}`);
    expect((await product.send('GET', `/v1/webhooks/${id}`)).body['code']).toBe('WebhookNotFound');
    const other = await register({ types: [BOUGHT] });
    await buy();
    await soon(async () => expect(await delivery(other.id)).toMatchObject({ waiting: 0 }));
    await soon(() => expect(receiver.received).toHaveLength(1));
  });

  it.each([
    ['WebhookTypeUnknown', '/types/0', { types: ['loyalty.nothing.*'] }],
    ['WebhookUrlRefused', '/url', { url: 'https://me:secret@example.com/' }],
    ['WebhookUrlRefused', '/url', { url: 'ftp://example.com/' }],
  ])('are refused with %s at %s', async (code, pointer, more) => {
    const end = await product.endPosition();
    const refused = await product.send('POST', '/v1/webhooks', { body: { url: receiver.url, ...more } });
    expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
    expect(await product.endPosition()).toBe(end);
  });

  it('go on where they were when the product is started again', async () => {
    await register({ types: [BOUGHT] });
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(1));
    await product.stop();
    product = await RunningProduct.open(product.data, { webhooksAllowPrivate: true });
    await buy();
    await soon(() => expect(receiver.received).toHaveLength(2));
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(2);
  });
});

describe('S.2 webhooks of a product that allows no private addresses', () => {
  it('lead nowhere inside', async () => {
    const product = await RunningProduct.open();
    const receiver = await WebhookReceiver.open();
    const https = receiver.url.replace('http:', 'https:');
    for (const url of [receiver.url, https, 'https://localhost/', 'https://[::1]/', 'https://2852039166/latest']) {
      const refused = await product.send('POST', '/v1/webhooks', { body: { url } });
      expect(refused).toMatchObject({ status: 422, body: { code: 'WebhookUrlRefused' } });
    }
    expect(receiver.received).toEqual([]);
    await receiver.close();
    await product.close();
  });
});
