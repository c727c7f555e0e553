import { parentPort, workerData } from 'node:worker_threads';
import { EsdbDoor } from '../platform/esdb-door/esdb-door';
import { loopbackCertificate, type LoopbackCertificate } from '../platform/esdb-door/loopback-certificate';
import type { EventStore } from '../platform/event-store/event-store';
import type { Caller } from '../platform/http/caller';
import type { DoorAnswer, DoorOrder, DoorPlace, DoorThreadOptions } from './esdb-door-thread';
import { openTemporaryStore, testUnseal, type TemporaryStore } from './temporary-store';

/** A temporary store with a door, doing what it is told from outside the thread. */
async function run({ callers, writable }: DoorThreadOptions): Promise<void> {
  const known = new Map<string, Caller>(Object.entries(callers ?? {}));
  let temporary: TemporaryStore;
  let store: EventStore;
  let door: EsdbDoor;
  let certificate: LoopbackCertificate | undefined;

  const openDoor = async (port: number): Promise<void> => {
    door = await EsdbDoor.open({
      store,
      port,
      writable,
      clock: Date.now,
      unseal: testUnseal,
      ownCategories: ['account'],
      ...(certificate && { secured: { callers: { callerOf: (secret) => known.get(secret) }, certificate } }),
    });
  };
  const openAll = async (): Promise<DoorPlace> => {
    temporary = await openTemporaryStore();
    ({ store } = temporary);
    certificate = callers && loopbackCertificate(temporary.directory, Date.now());
    await openDoor(0);
    return { port: door.port, ...(certificate && { authorityFile: certificate.authorityFile }) };
  };
  const closeAll = async (): Promise<void> => {
    await door.close();
    await temporary.dispose();
  };
  const obey = async ({ kind, request, secret }: DoorOrder): Promise<unknown> => {
    switch (kind) {
      case 'append':
        return request && store.append(request);
      case 'drop':
        return door.dropSubscribers();
      case 'revoke':
        return known.delete(secret ?? '');
      case 'restart':
        await door.close();
        store = await temporary.reopen();
        return openDoor(door.port);
      case 'renew':
        await closeAll();
        return openAll();
      case 'close':
        return closeAll();
    }
  };
  parentPort?.on('message', (order: DoorOrder) => {
    obey(order).then(
      (result) => parentPort?.postMessage({ id: order.id, result } satisfies DoorAnswer),
      (error: unknown) => parentPort?.postMessage({ id: order.id, failed: String(error) } satisfies DoorAnswer),
    );
  });
  parentPort?.postMessage({ id: 0, result: await openAll() } satisfies DoorAnswer);
}

void run(workerData as DoorThreadOptions);
