import * as fc from 'fast-check';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { streamName } from '../../../kernel/ids';
import { accountStream, appendNext, appendRequest, gather, MAIN } from '../../../testing/append-request';
import { openSimulatedStore, openTemporaryStore, testSeal, testUnseal } from '../../../testing/temporary-store';
import { Sqlite } from '../../sqlite/sqlite';
import type { Claim, EventStore } from '../event-store';
import type { LogFile, LogFiles } from './log-files';
import { SimulatedLogFiles } from './simulated-log-files';

describe('index of streams and claims', () => {
  it('rebuilt from the log equals the one that followed it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const temporary = await openTemporaryStore({ segmentBytes: 8_192 });
        const { directory } = temporary;
        let store = temporary.store;
        for (const { account, reopen, ...sketch } of steps) {
          const stream = accountStream(account);
          await store.append(appendRequest(stream, await store.headRevision(stream), sketch));
          if (reopen) store = await temporary.reopen();
        }
        await temporary.reopen();
        const followed = contentOf(`${directory}/index.db`);
        await deleteIndex(directory);
        await temporary.reopen();
        expect(contentOf(`${directory}/index.db`)).toEqual(followed);
        await temporary.dispose();
      }),
      { numRuns: 8 },
    );
  });

  it('reports how far it is while it is rebuilt', async () => {
    const files = new SimulatedLogFiles();
    const first = await openSimulatedStore(files);
    for (let count = 0; count < 20; count++) await appendNext(first.store, accountStream('a'));
    await first.dispose();
    const steps: string[] = [];
    const second = await openSimulatedStore(files, {
      onProgress: ({ step: name, done, total }) => steps.push(`${name} ${done === total ? 'done' : 'under way'}`),
    });
    expect(steps.at(-1)).toBe('index done');
    expect(steps).toContain('check done');
    await second.dispose();
  });

  it.each(['rubbish', ''])('that is unreadable (%p) is built anew', async (content) => {
    const temporary = await openTemporaryStore();
    await appendNext(temporary.store, accountStream('a'), { claims: ['main/receipt/1'] });
    await temporary.store.close();
    await deleteIndex(temporary.directory);
    await writeFile(`${temporary.directory}/index.db`, content.repeat(2_000));
    const store = await temporary.reopen();
    expect(await store.headRevision(accountStream('a'))).toBe(0);
    expect(await store.claimHolder('main/receipt/1')).toBeDefined();
    await temporary.dispose();
  });

  it('whose tables are not as they were made is built anew', async () => {
    const temporary = await openTemporaryStore();
    await appendNext(temporary.store, accountStream('a'), { claims: ['main/receipt/1'] });
    await temporary.store.close();
    const database = new Sqlite(`${temporary.directory}/index.db`);
    database.exec('ALTER TABLE progress RENAME COLUMN last_byte_length TO lost');
    database.close();
    const store = await temporary.reopen();
    expect(await store.claimHolder('main/receipt/1')).toBeDefined();
    await temporary.dispose();
  });

  it('may be deleted under a running store: nothing is missed, and the next start builds it again', async () => {
    const temporary = await openTemporaryStore();
    await appendNext(temporary.store, accountStream('a'), { claims: ['main/receipt/1'] });
    await temporary.store.indexed();
    await deleteIndex(temporary.directory);
    await appendNext(temporary.store, accountStream('a'), { claims: ['main/receipt/2'] });
    expect(await gather(temporary.store.readStream(accountStream('a')))).toHaveLength(2);
    const store = await temporary.reopen();
    expect(existsSync(`${temporary.directory}/index.db`)).toBe(true);
    expect(await store.headRevision(accountStream('a'))).toBe(1);
    for (const key of ['main/receipt/1', 'main/receipt/2']) expect(await store.claimHolder(key)).toBeDefined();
    await temporary.dispose();
  });

  it('that cannot go on pauses and says why, stops no append, and goes on when it can', async () => {
    let readable = false;
    const { store, dispose } = await openTemporaryStore({
      unseal: (sealed) => {
        if (!readable) throw new Error('no key at hand');
        return testUnseal(sealed);
      },
    });
    const key = 'main/card/1';
    await appendNext(store, accountStream('a'), { claims: [{ action: 'take', key, sealed: testSeal(key) }] });
    while (store.health().index.state !== 'paused') await setTimeout(10);
    expect(store.health().index.reason).toMatch(/no key at hand/);
    await appendNext(store, accountStream('b'));
    expect(await store.claimHolder(key)).toMatchObject({ stream: accountStream('a') });
    expect(store.health().appendsNotIndexed).toBe(2);
    readable = true;
    while (store.health().index.state !== 'following') await setTimeout(10);
    await store.indexed();
    expect(store.health().appendsNotIndexed).toBe(0);
    expect(await store.claimHolder(key)).toMatchObject({ stream: accountStream('a') });
    await dispose();
  });

  it('drops the sealed claims of an erased person, whether it followed or is rebuilt', async () => {
    const erased = new Set<string>();
    const temporary = await openTemporaryStore({
      unseal: async (sealed, stream) => (erased.has(stream) ? undefined : testUnseal(sealed)),
    });
    const stream = accountStream('a');
    const claims = (action: 'take' | 'release'): Claim[] =>
      ['main/card/1', 'main/phone/2'].map((key) => ({ action, key, sealed: testSeal(key) }));
    await appendNext(temporary.store, stream, {
      claims: [...claims('take'), { action: 'take', key: 'main/receipt/1' }],
    });
    await temporary.store.indexed();
    erased.add(stream);
    await appendNext(temporary.store, stream, { claims: claims('release').slice(0, 1) });
    await temporary.store.indexed();
    const held = async (store: EventStore): Promise<boolean[]> =>
      Promise.all(
        ['main/card/1', 'main/phone/2', 'main/receipt/1'].map(
          async (key) => (await store.claimHolder(key)) !== undefined,
        ),
      );
    expect(await held(temporary.store)).toEqual([false, false, true]);
    await temporary.store.close();
    await deleteIndex(temporary.directory);
    expect(await held(await temporary.reopen())).toEqual([false, false, true]);
    await temporary.dispose();
  });

  it('is asked instead of reading all where only a rare category is wanted', async () => {
    const files = new MeteredLogFiles();
    const { store, dispose } = await openSimulatedStore(files);
    const programme = streamName('programme', MAIN, 'one');
    await appendNext(store, programme, { events: ['Drafted'] });
    await Promise.all(
      Array.from({ length: 3_000 }, (_, index) =>
        store.append(
          appendRequest(accountStream(index), -1, { events: [{ type: 'Filler', version: 1, data: filler }] }),
        ),
      ),
    );
    await appendNext(store, programme, { events: ['Published'] });
    await store.indexed();
    const before = files.bytesRead;
    const events = await gather(store.readAll({ filter: { categories: ['programme'] } }));
    expect(events.map(({ type }) => type)).toEqual(['Drafted', 'Published']);
    expect(files.bytesRead - before).toBeLessThan(10_000);
    await dispose();
  });
});

async function deleteIndex(directory: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${directory}/index.db${suffix}`, { force: true });
}

const filler = { text: 'x'.repeat(500) };

/** Counts the bytes that are read. */
class MeteredLogFiles implements LogFiles {
  bytesRead = 0;
  private readonly files = new SimulatedLogFiles();

  list(): Promise<string[]> {
    return this.files.list();
  }

  async open(name: string, options: { readonly create: boolean }): Promise<LogFile> {
    const file = await this.files.open(name, options);
    const readAt = file.readAt.bind(file);
    file.readAt = (buffer, offset) => {
      this.bytesRead += buffer.length;
      return readAt(buffer, offset);
    };
    return file;
  }

  rename(from: string, to: string): Promise<void> {
    return this.files.rename(from, to);
  }

  syncDirectory(): Promise<void> {
    return this.files.syncDirectory();
  }
}

const keyOf = (number: number): string => `main/card/${number}`;

/** One append of a random history: keys are taken and released with no regard to who holds them. */
const step = fc
  .record({
    account: fc.integer({ min: 0, max: 6 }),
    events: fc.array(fc.constantFrom('One', 'Two'), { minLength: 1, maxLength: 3 }),
    key: fc.integer({ min: 0, max: 9 }),
    action: fc.constantFrom('none', 'take', 'release'),
    sealed: fc.boolean(),
    reopen: fc.boolean(),
  })
  .map(({ key, action, sealed, ...rest }) => {
    const claim = { key: keyOf(key), ...(sealed ? { sealed: testSeal(keyOf(key)) } : {}) };
    return { ...rest, claims: action === 'none' ? [] : [{ ...claim, action }] };
  });

/** Everything an index says. */
function contentOf(path: string): readonly unknown[] {
  const database = new Sqlite(path, { readOnly: true });
  try {
    return ['streams', 'appends', 'claims', 'places', 'progress'].map((table) =>
      database.prepare<unknown>(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
    );
  } finally {
    database.close();
  }
}
