import { getEventListeners } from 'node:events';
import { purchase } from '../../testing/account-history';
import { RecordedHistory } from '../../testing/recorded-history';
import { accountStream, appendNext } from '../../testing/append-request';
import { openSimulatedStore } from '../../testing/temporary-store';
import { followFeed, NDJSON } from './feed-stream';

/** All that hangs on a signal: listeners, and whatever else the runtime keeps a set of. */
function heldBy(signal: AbortSignal): number {
  // By its size and not its class: the runtime's sets are of another realm than the test's.
  const sizes = Object.getOwnPropertySymbols(signal)
    .map((symbol): unknown => Reflect.get(signal, symbol))
    .map((held) => (typeof held === 'object' && held !== null && 'size' in held ? Number(held.size) : 0));
  return getEventListeners(signal, 'abort').length + sizes.reduce((sum, size) => sum + size, 0);
}

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('a reader that follows for long', () => {
  it('leaves nothing behind per batch, in ten thousand of them', async () => {
    const { store, dispose } = await openSimulatedStore();
    const gone = new AbortController();
    const [recorded] = new RecordedHistory().append(purchase({ receipt: '1' }));
    const { type = '', version = 1, data = {} } = recorded ?? {};
    const before = timers();
    const texts = followFeed(store, { after: -1, signal: gone.signal }, NDJSON);
    expect(await texts.next()).toEqual({ done: false, value: NDJSON.begin });
    let most = 0;
    for (let batch = 0; batch < 10_000; batch++) {
      const text = texts.next();
      await appendNext(store, accountStream('a'), { events: [{ type, version, data }] });
      expect((await text).done).toBe(false);
      if (batch % 1_000 === 999) most = Math.max(most, heldBy(gone.signal), timers() - before);
    }
    expect(most).toBeLessThanOrEqual(2);
    const last = texts.next();
    gone.abort();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(getEventListeners(gone.signal, 'abort')).toHaveLength(0);
    // The store's index may just be waiting to follow.
    expect(timers()).toBeLessThanOrEqual(before + 1);
    await dispose();
  }, 30_000);

  it('hears a heartbeat after each quiet quarter of a minute, and what happens at once', async () => {
    const { store, dispose } = await openSimulatedStore();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const gone = new AbortController();
      const texts = followFeed(store, { after: -1, signal: gone.signal }, NDJSON);
      await texts.next();
      for (let beat = 0; beat < 3; beat++) {
        const text = texts.next();
        await jest.advanceTimersByTimeAsync(15_000);
        expect(await text).toEqual({ done: false, value: NDJSON.heartbeat });
      }
      const [recorded] = new RecordedHistory().append(purchase({ receipt: '1' }));
      const { type = '', version = 1, data = {} } = recorded ?? {};
      const text = texts.next();
      await appendNext(store, accountStream('a'), { events: [{ type, version, data }] });
      expect((await text).value).toContain('loyalty.purchase.recorded.v1');
      const last = texts.next();
      gone.abort();
      expect(await last).toEqual({ done: true, value: undefined });
    } finally {
      jest.useRealTimers();
      await dispose();
    }
  });
});
