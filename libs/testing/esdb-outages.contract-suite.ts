import type { ClientLibrary } from '../platform/event-store/esdb/client-library';
import type { AppendRequest, AppendResult, EventStore } from '../platform/event-store/event-store';
import { StoreUnavailableFault } from '../platform/event-store/faults';
import { accountStream, appendRequest, gather } from './append-request';
import { DoorThread } from './esdb-door-thread';
import { openEsdbStoreAt, type EsdbStoreUnderTest } from './esdb-store-under-test';
import { FailingWay } from './failing-way';

const TERMS = { attemptMs: 700, patienceMs: 4_000, claimPatienceMs: 100 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the adapter promises when the way to the server fails, over a real client library and a real socket. */
export function esdbOutages(name: string, library: ClientLibrary): void {
  describe(`outages of the server: ${name}`, () => {
    let door: DoorThread;
    let way: FailingWay;
    let opened: EsdbStoreUnderTest;
    let store: EventStore;

    beforeEach(async () => {
      door = await DoorThread.open({ writable: true });
      way = await FailingWay.to(portOf(door.address()));
      opened = openEsdbStoreAt(library, `esdb://127.0.0.1:${way.port}?tls=false`, TERMS);
      ({ store } = opened);
    });
    afterEach(async () => {
      await opened.dispose();
      await way.close();
      await door.close();
    });

    it('an answer that is lost after the commit is given by the next try, and every command lands once', async () => {
      const over = new AbortController();
      const failing = (async () => {
        let cuts = 0;
        for (; !over.signal.aborted; cuts++) {
          await pause(250);
          way.swallowAnswers();
          await pause(40);
          way.cut();
        }
        return cuts;
      })();
      await sellAtOnce(store, 6, 25);
      over.abort();
      expect(await failing).toBeGreaterThan(2);
      await expectEachOnce(store, 6, 25);
    }, 60_000);

    it('a server that hangs is not waited for longer than the patience, and nothing is doubled by what was late', async () => {
      const stream = accountStream('a');
      const first = appendRequest(stream, -1, { claims: ['main/receipt/1'] });
      expect(await store.append(first)).toMatchObject({ kind: 'appended' });
      way.hang();
      const second = appendRequest(stream, 0, { claims: ['main/receipt/2'] });
      const begun = Date.now();
      await expect(store.append(second)).rejects.toThrow(StoreUnavailableFault);
      expect(Date.now() - begun).toBeLessThan(TERMS.patienceMs + 3 * TERMS.attemptMs);
      way.goOn();
      expect(await untilAnswered(store, second)).toMatchObject({ kind: 'appended', firstRevision: 1 });
      expect(await gather(store.readStream(stream))).toHaveLength(2);
    }, 60_000);

    it('a restart in the middle of everything loses and doubles nothing, and subscriptions go on', async () => {
      const seen = followed(store, 6 * 12);
      const selling = sellAtOnce(store, 6, 12);
      for (let restarts = 0; restarts < 2; restarts++) {
        await pause(100);
        await door.restart();
      }
      await selling;
      await expectEachOnce(store, 6, 12);
      expect(await seen).toEqual((await gather(store.readAll())).map(({ position }) => position));
    }, 60_000);

    it('a subscription that is dropped goes on behind the last batch that was taken', async () => {
      const seen = followed(store, 6 * 12);
      const selling = sellAtOnce(store, 6, 12);
      for (let drops = 0; drops < 5; drops++) {
        await pause(40);
        await door.drop();
      }
      await selling;
      expect(await seen).toEqual((await gather(store.readAll())).map(({ position }) => position));
    }, 60_000);

    it('two processes at one revision: one appends, the other hears of the conflict', async () => {
      const other = openEsdbStoreAt(library, door.address(), TERMS);
      const stream = accountStream('a');
      for (let revision = -1; revision < 10; revision++) {
        const results = await Promise.all(
          [store, other.store].map((each) => each.append(appendRequest(stream, revision))),
        );
        expect(results.map(({ kind }) => kind).sort()).toEqual(['appended', 'conflict']);
        expect(results).toContainEqual({ kind: 'conflict', actualRevision: revision + 1 });
      }
      await other.dispose();
    }, 30_000);
  });
}

const portOf = (address: string): number => Number(/:(\d+)\?/.exec(address)?.[1]);

/** As a till does: sends the same again until it is told what became of it. */
async function untilAnswered(store: EventStore, request: AppendRequest): Promise<AppendResult> {
  for (let tries = 0; tries < 30; tries++) {
    try {
      return await store.append(request);
    } catch (fault) {
      if (!(fault instanceof StoreUnavailableFault)) throw fault;
    }
  }
  throw new Error('never answered');
}

const saleOf = (till: number, sale: number): AppendRequest =>
  appendRequest(accountStream(till), sale - 1, {
    commandKey: `sale-${till}-${sale}`,
    claims: [`main/receipt/manila-1~${till}~${sale}`],
  });

async function sellAtOnce(store: EventStore, tills: number, sales: number): Promise<void> {
  await Promise.all(
    Array.from({ length: tills }, async (_, till) => {
      for (let sale = 0; sale < sales; sale++) {
        expect(await untilAnswered(store, saleOf(till, sale))).toMatchObject({ kind: 'appended', firstRevision: sale });
      }
    }),
  );
}

async function expectEachOnce(store: EventStore, tills: number, sales: number): Promise<void> {
  const recorded = (await gather(store.readAll())).map(({ append }) => append.commandKey);
  const sent = Array.from({ length: tills * sales }, (_, at) => saleOf(at % tills, Math.floor(at / tills)).commandKey);
  expect([...recorded].sort()).toEqual([...sent].sort());
}

async function followed(store: EventStore, count: number): Promise<number[]> {
  const positions: number[] = [];
  for await (const { events } of store.subscribe({ after: -1 })) {
    positions.push(...events.map(({ position }) => position));
    if (positions.length >= count) break;
  }
  return positions;
}
