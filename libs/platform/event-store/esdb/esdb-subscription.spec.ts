import { accountStream, appendNext, appendRequest, gather, race } from '../../../testing/append-request';
import { MeasuredEsdbServer } from '../../../testing/measured-esdb-server';
import { testUnseal } from '../../../testing/temporary-store';
import { NO_STREAM } from '../event-store';
import { LogDamageFault } from '../faults';
import type { Driver, DriverSubscription, SubscriptionStep } from './driver';
import { EsdbEventStore } from './esdb-event-store';
import type { RawSubscription } from './client-library';
import { ClientSubscription } from './client-subscription';

const join = (driver: Driver): EsdbEventStore =>
  EsdbEventStore.open({ driver, unseal: testUnseal, attemptMs: 60, patienceMs: 300 });

describe('following the log', () => {
  it('goes on behind the last batch after every drop, without a gap or a repetition', async () => {
    const server = new MeasuredEsdbServer();
    const store = join(server.connect());
    const dropping = setInterval(() => server.drop(), 5);
    const seen: number[] = [];
    const following = (async () => {
      for await (const { events } of store.subscribe({ after: -1 })) {
        seen.push(...events.map(({ position }) => position));
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (seen.length >= 400) return;
      }
    })();
    await race(store, 10, 20);
    await following;
    clearInterval(dropping);
    expect(seen).toEqual((await gather(store.readAll())).map(({ position }) => position));
  });

  it('leaves no subscription behind, whichever way it is left', async () => {
    const server = new MeasuredEsdbServer();
    const driver = server.connect();
    const open = new Set<DriverSubscription>();
    const counting: Driver = {
      ...driver,
      subscribe: (after, streams) => {
        const subscription = driver.subscribe(after, streams);
        open.add(subscription);
        return {
          next: () => subscription.next(),
          close: async () => {
            open.delete(subscription);
            await subscription.close();
          },
        };
      },
    };
    const store = join(counting);
    await appendNext(store, accountStream('a'));
    for await (const batch of store.subscribe({ after: -1 })) if (batch.caughtUp) break;
    const controller = new AbortController();
    for await (const batch of store.subscribe({ after: -1, signal: controller.signal })) {
      if (batch.caughtUp) controller.abort();
    }
    const closed = gatherBatches(store);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.close();
    await closed;
    expect(open.size).toBe(0);
  });

  it('gives up a subscription that shows no sign of life, and begins another', async () => {
    const server = new MeasuredEsdbServer();
    const driver = server.connect();
    let begun = 0;
    const silentAtFirst: Driver = {
      ...driver,
      subscribe: (after, streams) => (begun++ === 0 ? silent : driver.subscribe(after, streams)),
    };
    const store = join(silentAtFirst);
    await appendNext(store, accountStream('a'));
    for await (const { caughtUp } of store.subscribe({ after: -1 })) if (caughtUp) break;
    expect(begun).toBe(2);
  });

  it('never ends a batch within an append', async () => {
    const server = new MeasuredEsdbServer();
    const store = join(server.connect());
    const events = Array.from({ length: 30 }, (_, index) => `Type${index}`);
    await store.append(appendRequest(accountStream('a'), NO_STREAM, { events }));
    for await (const batch of store.subscribe({ after: -1 })) {
      expect([0, 30]).toContain(batch.events.length);
      expect([-1, 3_000]).toContain(batch.position);
      if (batch.caughtUp) break;
    }
  });

  it('tells of a position that this log does not have', async () => {
    const store = join(new MeasuredEsdbServer().connect());
    await expect(gatherBatches(store, 12_345)).rejects.toThrow(LogDamageFault);
  });
});

it('a checkpoint is told behind everything that lay in the buffer of the library before it', async () => {
  const buffer = [1, 2, 3].map((revision) => ({
    event: {
      streamId: 'account-main.a',
      id: String(revision),
      revision: BigInt(revision),
      type: 'T',
      position: { commit: BigInt(revision), prepare: BigInt(revision) },
    },
  }));
  const raw: RawSubscription = {
    read: () => buffer.shift() ?? null,
    on: () => undefined,
    unsubscribe: async () => undefined,
  };
  let tell: (position: number) => void = () => undefined;
  const subscription = new ClientSubscription((checkpointReached) => {
    tell = checkpointReached;
    return raw;
  });
  tell(9);
  const kinds = (steps: readonly SubscriptionStep[]): string[] => steps.map(({ kind }) => kind);
  expect(kinds(await subscription.next())).toEqual(['event', 'event', 'event', 'checkpoint']);
});

const silent: DriverSubscription = { next: () => new Promise(() => undefined), close: async () => undefined };

async function gatherBatches(store: EsdbEventStore, after = -1): Promise<void> {
  for await (const batch of store.subscribe({ after })) expect(batch.position).toBeGreaterThanOrEqual(-1);
}
