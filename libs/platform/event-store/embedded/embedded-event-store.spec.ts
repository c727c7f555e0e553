import { rm } from 'node:fs/promises';
import { appendNext, appendRequest, accountStream, gather } from '../../../testing/append-request';
import { eventStoreContract } from '../../../testing/event-store.contract-suite';
import { openSimulatedStore, openTemporaryStore } from '../../../testing/temporary-store';
import { NO_STREAM, type RecordedEvent } from '../event-store';
import { LogDamageFault, LogWriteFault, StoreFullFault } from '../faults';
import { DiskLogFiles } from './disk-log-files';
import { verifyLog } from './log-verification';
import { SimulatedLogFiles } from './simulated-log-files';

eventStoreContract('embedded, on a disk', () => openTemporaryStore());
eventStoreContract('embedded, on a simulated disk', () => openSimulatedStore());
eventStoreContract('embedded, hardly any head cached, small segments', () =>
  openTemporaryStore({ cachedHeads: 2, segmentBytes: 16_384 }),
);

describe('embedded event store', () => {
  it('gives positions without gaps from 0, and a chain that verifies', async () => {
    const { store, directory, dispose } = await openTemporaryStore({ segmentBytes: 16_384 });
    await Promise.all(Array.from({ length: 200 }, (_, index) => appendNext(store, accountStream(index % 200))));
    for (let revision = 0; revision < 50; revision++) await appendNext(store, accountStream(revision % 5));
    const events = await gather(store.readAll());
    expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 250 }, (_, index) => index));
    const report = await verifyLog(new DiskLogFiles(`${directory}/log`));
    expect(report).toMatchObject({ records: 250, streams: 200 });
    expect(report.bad).toBeUndefined();
    await dispose();
  });

  it('reads what the index holds, what only the tail holds, and both together', async () => {
    const { store, dispose } = await openTemporaryStore();
    const stream = accountStream('a');
    for (let count = 0; count < 30; count++) await appendNext(store, stream, { events: ['One', 'Two'] });
    await store.indexed();
    expect(store.health().appendsNotIndexed).toBe(0);
    const request = appendRequest(stream, 59, { claims: ['main/receipt/1'] });
    await store.append(request);
    const revisions = (await gather(store.readStream(stream, { from: 55 }))).map(({ revision }) => revision);
    expect(revisions).toEqual([55, 56, 57, 58, 59, 60]);
    const backward = await gather(store.readStream(stream, { from: 60, direction: 'backward', limit: 3 }));
    expect(backward.map(({ revision }) => revision)).toEqual([60, 59, 58]);
    expect(await store.claimHolder('main/receipt/1')).toMatchObject({ firstRevision: 60 });
    expect(await store.append(request)).toMatchObject({ kind: 'appended', firstRevision: 60 });
    await dispose();
  });

  describe('disk full', () => {
    it('stores nothing of the group, gives back heads, claims and positions, and goes on when there is space', async () => {
      const files = new SimulatedLogFiles();
      const { store, dispose } = await openSimulatedStore(files);
      await appendNext(store, accountStream('a'));
      files.space = 300;
      const key = 'main/receipt/1';
      const requests = Array.from({ length: 5 }, (_, index) =>
        appendRequest(accountStream('a'), index, index === 0 ? { claims: [key] } : {}),
      );
      const results = await Promise.allSettled(requests.map((request) => store.append(request)));
      for (const result of results)
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreFullFault) });
      expect(await store.claimHolder(key)).toBeUndefined();
      expect(await store.headRevision(accountStream('a'))).toBe(0);
      expect(await gather(store.readAll())).toHaveLength(1);
      files.space = Infinity;
      for (const [index, request] of requests.entries()) {
        expect(await store.append(request)).toMatchObject({ kind: 'appended', position: index + 1 });
      }
      expect((await verifyLog(files)).bad).toBeUndefined();
      await dispose();
    });

    it('makes who waits for a claim in flight try again', async () => {
      const files = new SimulatedLogFiles();
      const { store, dispose } = await openSimulatedStore(files);
      await appendNext(store, accountStream('a'));
      files.space = 0;
      const key = 'main/receipt/1';
      const first = store.append(appendRequest(accountStream('a'), 0, { claims: [key] }));
      const second = store.append(appendRequest(accountStream('b'), NO_STREAM, { claims: [key] }));
      first.catch(() => (files.space = Infinity));
      await expect(first).rejects.toThrow(StoreFullFault);
      expect(await second).toMatchObject({ kind: 'appended' });
      await dispose();
    });
  });

  it('never shows or acknowledges what a failed sync may have lost, and takes nothing more', async () => {
    const files = new SimulatedLogFiles();
    const fatal: Error[] = [];
    const { store, dispose } = await openSimulatedStore(files, { onFatal: (fault) => fatal.push(fault) });
    await appendNext(store, accountStream('a'));
    const seen: RecordedEvent[] = [];
    const subscriber = (async () => {
      for await (const { events } of store.subscribe({ after: -1 })) seen.push(...events);
    })();
    files.failingSyncs = new Set([files.syncs + 1]);
    const key = 'main/receipt/1';
    await expect(store.append(appendRequest(accountStream('a'), 0, { claims: [key] }))).rejects.toThrow(LogWriteFault);
    await expect(store.append(appendRequest(accountStream('b'), NO_STREAM))).rejects.toThrow(LogWriteFault);
    expect(fatal).toHaveLength(1);
    expect(await store.claimHolder(key)).toBeUndefined();
    expect(await store.headRevision(accountStream('a'))).toBe(0);
    await dispose();
    await subscriber;
    expect(seen).toHaveLength(1);
  });

  it('refuses a log that ends before its index', async () => {
    const files = new SimulatedLogFiles();
    const short = await openSimulatedStore(files);
    await appendNext(short.store, accountStream('a'));
    await short.dispose();
    const older = SimulatedLogFiles.of(files.contents());
    const temporary = await openTemporaryStore();
    const indexPath = `${temporary.directory}/other.db`;
    const long = await openSimulatedStore(files, { indexPath });
    await appendNext(long.store, accountStream('a'));
    await long.dispose();
    await expect(openSimulatedStore(older, { indexPath })).rejects.toThrow(LogDamageFault);
    await rm(indexPath);
    await (await openSimulatedStore(older, { indexPath })).dispose();
    await temporary.dispose();
  });

  it('says where a position lies that the log does not have', async () => {
    const { store, dispose } = await openSimulatedStore();
    const batches = store.subscribe({ after: 7 })[Symbol.asyncIterator]();
    await expect(batches.next()).rejects.toThrow(LogDamageFault);
    await dispose();
  });
});
