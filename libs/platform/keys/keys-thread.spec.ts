import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { KeyId, TenantId } from '../../kernel/ids';
import { StoreUnavailableFault } from '../event-store/faults';
import { newCustomerId } from '../identifiers/identifiers';
import { Sqlite } from '../sqlite/sqlite';
import { KeysThread } from './keys-thread';
import { SqliteKeyStore } from './sqlite-key-store';

describe('keys are written in a thread of their own', () => {
  const tenant = 'main' as TenantId;
  const now = 1_790_000_000_000;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'suki-keys-thread-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('leaves the event loop free, however long a transaction of 300 persons takes', async () => {
    const keys = SqliteKeyStore.open(directory);
    await keys.createPersonKey(tenant, newCustomerId(now));
    // A lock held beside it makes the transaction slow on any disk.
    const holder = new Sqlite(join(directory, 'keys.db'));
    holder.exec('BEGIN IMMEDIATE');
    const made = Promise.all(Array.from({ length: 300 }, () => keys.createPersonKey(tenant, newCustomerId(now))));
    made.catch(() => undefined);
    const turnsMs: number[] = [];
    for (const end = performance.now() + 150; performance.now() < end;) {
      const before = performance.now();
      await turn();
      turnsMs.push(performance.now() - before);
    }
    holder.exec('ROLLBACK');
    holder.close();
    expect(await made).toHaveLength(300);
    await keys.close();
    // A busy machine may take the processor away once or twice.
    turnsMs.sort((left, right) => right - left);
    expect(turnsMs.length).toBeGreaterThan(10);
    expect(turnsMs[2]).toBeLessThan(20);
  });

  it('shows a key once it is durable, and never the one before', async () => {
    const keys = SqliteKeyStore.open(directory);
    const key = 'key_1' as KeyId;
    const customer = newCustomerId(now);
    const first = keys.putApiKey(tenant, key, Buffer.alloc(32, 1));
    const second = keys.putApiKey(tenant, key, Buffer.alloc(32, 2));
    const made = keys.createPersonKey(tenant, customer);
    const erased = keys.erasePersonKey(tenant, customer);
    await Promise.all([first, second, made, erased]);
    const beside = SqliteKeyStore.openReadOnly(directory);
    for (const reader of [keys, beside]) {
      expect(await reader.apiKey(tenant, key)).toEqual(Buffer.alloc(32, 2));
      expect(await reader.personKey(tenant, customer)).toEqual({ kind: 'erased' });
    }
    await beside.close();
    await keys.close();
  });

  it('writes what was asked for before it is closed', async () => {
    const keys = SqliteKeyStore.open(directory);
    const made = Array.from({ length: 20 }, () => keys.createPersonKey(tenant, newCustomerId(now)));
    await keys.close();
    expect((await Promise.allSettled(made)).every(({ status }) => status === 'fulfilled')).toBe(true);
    const beside = SqliteKeyStore.openReadOnly(directory);
    expect(await beside.verify()).toMatchObject({ personKeys: 20, damaged: [] });
    await beside.close();
  });

  it('fails every write by name once the thread is gone, and still closes', async () => {
    const uncertain = jest.fn();
    const thread = new KeysThread(
      { path: join(directory, 'nowhere', 'keys.db'), busyTimeoutMs: 0 },
      { onWritten: () => undefined, onUncertain: uncertain },
    );
    const write = { kind: 'createPersonKey', tenant, id: newCustomerId(now) } as const;
    await expect(thread.write(write)).rejects.toThrow(StoreUnavailableFault);
    await expect(thread.write(write)).rejects.toThrow(/^keys\.db: /);
    expect(uncertain).toHaveBeenCalled();
    await thread.close();
  });
});
