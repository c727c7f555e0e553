import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountStream, appendRequest } from '../../testing/append-request';
import { openTemporaryStore, testUnseal } from '../../testing/temporary-store';
import type { EventStore, SubscribeOptions } from '../event-store/event-store';
import { EsdbDoor } from './esdb-door';

const APPENDS = 4_000;
const BYTES_EACH = 4_000;

describe('a subscriber of the EventStoreDB door that takes nothing', () => {
  it('has nothing read for it beyond what is on its way, and gets everything once it takes it', async () => {
    const { store, dispose } = await openTemporaryStore();
    let read = 0;
    const counted = Object.assign(Object.create(store) as EventStore, {
      async *subscribe(options: SubscribeOptions) {
        for await (const batch of store.subscribe(options)) {
          read += batch.events.length;
          yield batch;
        }
      },
    });
    const events = [{ type: 'Big', version: 1, data: { text: 'x'.repeat(BYTES_EACH) } }];
    const appending = Array.from({ length: APPENDS }, (_, at) =>
      store.append(appendRequest(accountStream('a'), at - 1, { events })),
    );
    await Promise.all(appending);
    const door = await EsdbDoor.open({ store: counted, port: 0, unseal: testUnseal, clock: Date.now });
    const client = KurrentDBClient.connectionString(`kurrentdb://127.0.0.1:${door.port}?tls=false`);
    const slow = client.subscribeToAll();
    let failed: unknown;
    slow.on('error', (error) => (failed = error));
    let before = -1;
    while (read !== before || read === 0) {
      before = read;
      await sleep(300);
    }
    expect(read).toBeLessThan(APPENDS / 2);
    const revisions: bigint[] = [];
    const all = new Promise<void>((resolve) => {
      slow.on('data', ({ event }) => {
        if (event !== undefined) revisions.push(event.revision);
        if (revisions.length === APPENDS) resolve();
      });
    });
    await all;
    expect(revisions).toEqual(Array.from({ length: APPENDS }, (_, at) => BigInt(at)));
    expect(failed).toBeUndefined();
    await slow.unsubscribe();
    await client.dispose();
    await door.close();
    await dispose();
  });
});
