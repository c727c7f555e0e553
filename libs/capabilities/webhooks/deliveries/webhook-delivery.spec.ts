import { Webhook as Signer } from 'standardwebhooks';
import { streamName, type StreamName } from '../../../kernel/ids';
import type { EventStore } from '../../../platform/event-store/event-store';
import { SqliteTopicLeases } from '../../../platform/kafka/sqlite-topic-leases';
import { addressGuard } from '../../../platform/outbound/address-guard';
import { TimerScheduler } from '../../../platform/scheduling/scheduler';
import { purchase } from '../../../testing/account-history';
import { accountStream, appendNext, MAIN } from '../../../testing/append-request';
import { RecordedHistory } from '../../../testing/recorded-history';
import { soon } from '../../../testing/soon';
import { openSimulatedStore } from '../../../testing/temporary-store';
import { WebhookReceiver } from '../../../testing/webhook-receiver';
import { webhookSecret } from '../webhook/webhook-secret';
import { openSqliteWebhookDeliveries } from './sqlite-webhook-deliveries';
import { WebhookDelivery } from './webhook-delivery';
import type { WebhookDeliveries } from './webhook-deliveries';
import { WebhookSender } from './webhook-sender';

const PEPPER = Buffer.alloc(32, 7);
const BOUGHT = 'loyalty.purchase.recorded.v1';
const hook = (id: string): StreamName => streamName('webhook', MAIN, `whk_${id}`);

describe('S.2 delivery to webhooks', () => {
  let store: EventStore;
  let dispose: () => Promise<void>;
  let receiver: WebhookReceiver;
  let deliveries: WebhookDeliveries;
  const running: WebhookDelivery[] = [];
  /** Moves the clock of whoever delivers. */
  let ahead: number;

  beforeEach(async () => {
    ahead = 0;
    ({ store, dispose } = await openSimulatedStore());
    receiver = await WebhookReceiver.open();
    deliveries = openSqliteWebhookDeliveries(':memory:');
  });
  afterEach(async () => {
    for (const delivery of running.splice(0)) await delivery.stop();
    await receiver.close();
    await deliveries.close();
    await dispose();
  });

  function deliver(kept: WebhookDeliveries = deliveries): WebhookDelivery {
    const guard = addressGuard({ allowPrivate: true });
    const delivery = new WebhookDelivery({
      source: store,
      deliveries: kept,
      sender: new WebhookSender({ guard, pepper: PEPPER, clock: Date.now, timeoutMs: 1_000 }),
      // Nobody beside it: what two do at once is what a lease that was lost unnoticed allows.
      leases: new SqliteTopicLeases(':memory:'),
      owner: 'test',
      scheduler: new TimerScheduler(() => undefined),
      clock: () => Date.now() + ahead,
      onTrouble: () => undefined,
    });
    delivery.start();
    running.push(delivery);
    return delivery;
  }

  async function end(delivery: WebhookDelivery): Promise<void> {
    running.splice(running.indexOf(delivery), 1);
    await delivery.stop();
  }

  async function register(id = '1', url = receiver.url): Promise<void> {
    const data = { url, types: [BOUGHT], description: '' };
    await appendNext(store, hook(id), { events: [{ type: 'WebhookRegistered', version: 1, data }] });
  }

  let receipts = 0;
  /** Answers the position. */
  async function buy(account: string): Promise<number> {
    const [recorded] = new RecordedHistory().append(purchase({ receipt: String(receipts++) }));
    const { type = '', version = 1, data = {} } = recorded ?? {};
    return appendNext(store, accountStream(account), { events: [{ type, version, data }] });
  }

  async function buyMany(): Promise<readonly number[]> {
    const bought: number[] = [];
    for (let each = 0; each < 12; each++) bought.push(await buy(`cus_${each % 3}`));
    return bought;
  }

  const unique = (positions: readonly number[]): readonly number[] => [...new Set(positions)].sort((a, b) => a - b);
  const everythingArrives = (bought: readonly number[]): Promise<void> =>
    soon(() => expect(unique(receiver.positions)).toEqual(bought), 5_000);

  it('sends what the library for receivers verifies', async () => {
    deliver();
    await register();
    await everythingArrives(await buyMany());
    const verifier = new Signer(webhookSecret(PEPPER, hook('1'), 1));
    for (const { body, headers } of receiver.received) {
      expect(verifier.verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body));
    }
  });

  /** As a process that is killed when it has asked for something so many times: nothing it asks for afterwards happens. */
  function dying(point: 'take' | 'delivered' | 'failed', after: number): WebhookDeliveries {
    let asked = 0;
    return new Proxy(deliveries, {
      get(target, name: keyof WebhookDeliveries) {
        if (name === point) asked++;
        if (asked > after) return () => Promise.reject(new Error('killed'));
        return (...values: never[]): unknown => Reflect.apply(target[name] as () => unknown, target, values);
      },
    });
  }

  it.each([
    ['take', 0],
    ['take', 1],
    ['delivered', 0],
    ['delivered', 2],
    ['failed', 0],
    ['failed', 1],
  ] as const)(
    'killed before it has written down %s after %d more, sends everything at least once',
    async (point, after) => {
      await register();
      if (point === 'failed') receiver.answer = () => ({ status: 500 });
      const killed = deliver(dying(point, after));
      const bought = await buyMany();
      if (point !== 'take') await soon(() => expect(receiver.received.length).toBeGreaterThan(after));
      await end(killed);
      receiver.answer = () => ({ status: 204 });
      const before = receiver.received.length;
      ahead = 10_000;
      deliver();
      const later = await buy('cus_9');
      await soon(() => expect(unique(receiver.positions)).toEqual([...bought, later]), 15_000);
      if (point === 'delivered') {
        // What was sent and not written down comes again under the same id.
        const ids = receiver.received.map(({ event }) => event.id);
        expect(receiver.received.length).toBeGreaterThan(bought.length + 1);
        expect(ids.slice(before).some((id) => ids.slice(0, before).includes(id))).toBe(true);
      }
    },
  );

  it('misses events where a cursor moves without what it has passed: the control of the test above', async () => {
    const forgetful = new Proxy(deliveries, {
      get(target, name: keyof WebhookDeliveries) {
        if (name === 'take') {
          const take: WebhookDeliveries['take'] = (stream, way, move, _, now) =>
            target.take(stream, way, move, [], now);
          return take;
        }
        return (...values: never[]): unknown => Reflect.apply(target[name] as () => unknown, target, values);
      },
    });
    await register();
    const killed = deliver(forgetful);
    const bought = await buyMany();
    await soon(async () => expect((await deliveries.find(hook('1')))?.position).toBe(bought.at(-1)));
    await end(killed);
    deliver();
    const later = await buy('cus_9');
    await soon(() => expect(receiver.positions).toContain(later));
    expect(receiver.positions).toEqual([later]);
  });

  it('begins at the end of the log where the deliveries were lost, and repeats nothing by itself', async () => {
    deliver();
    await register();
    const bought = await buyMany();
    await everythingArrives(bought);
    for (const delivery of [...running]) await end(delivery);
    const missed = await buy('cus_1');
    await deliveries.close();
    deliveries = openSqliteWebhookDeliveries(':memory:');
    deliver();
    await soon(async () => expect(await deliveries.find(hook('1'))).toMatchObject({ since: missed }));
    const later = await buy('cus_1');
    await soon(() => expect(receiver.positions).toContain(later));
    expect(receiver.positions).toHaveLength(bought.length + 1);
  });

  it('loses nothing where two deliver at once', async () => {
    await register();
    deliver();
    deliver();
    await everythingArrives(await buyMany());
  });

  it('keeps the order of each customer, also where the first attempts fail', async () => {
    let attempts = 0;
    receiver.answer = () => ({ status: attempts++ < 2 ? 500 : 204 });
    deliver();
    await register();
    const bought = await buyMany();
    await soon(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2));
    ahead = 10_000;
    await soon(() => expect(receiver.received.length).toBeGreaterThanOrEqual(bought.length + 2));
    const answered = receiver.received.slice(2);
    for (const customer of ['cus_0', 'cus_1', 'cus_2']) {
      const positions = answered
        .filter(({ event }) => event.subject === customer)
        .map(({ event }) => Number.parseInt(event.position, 36));
      expect(positions).toEqual(unique(positions));
    }
  });

  it('waits for a receiver that is slow, or not there, and lets no other wait', async () => {
    const slow = await WebhookReceiver.open();
    slow.answer = () => new Promise(() => undefined);
    deliver();
    await register('slow', slow.url);
    await register('gone', 'http://127.0.0.1:1/');
    await register();
    await everythingArrives(await buyMany());
    await soon(async () => expect((await deliveries.find(hook('slow')))?.lastFailure).toBe('no answer within 1 s'));
    expect((await deliveries.find(hook('gone')))?.lastFailure).toBe('not reached: ECONNREFUSED');
    await slow.close();
  });
});
