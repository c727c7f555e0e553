import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomerId, StreamName, TenantId } from '../../libs/kernel/ids';
import { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import { NO_STREAM } from '../../libs/platform/event-store/event-store';
import { SqliteKeyStore } from '../../libs/platform/keys/sqlite-key-store';

const program = require.resolve('./main');
const at = Date.parse('2026-11-20T02:15:00Z');

interface PrintedEvent {
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

describe('a stored log', () => {
  let data: string;
  let directory: DataDirectory;
  let store: EmbeddedEventStore;
  let keys: SqliteKeyStore;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'suki-cli-'));
    directory = await DataDirectory.open(data);
    store = await EmbeddedEventStore.open({ log: directory.log, unseal: () => Promise.resolve(undefined) });
    keys = SqliteKeyStore.open(data);
  });
  afterEach(async () => {
    await store.close();
    await keys.close();
    directory.close();
    await rm(data, { recursive: true });
  });

  const append = (stream: string, expectedRevision: number, ...types: string[]): Promise<unknown> =>
    store.append({
      stream: stream as StreamName,
      expectedRevision,
      commandKey: `command-${expectedRevision}`,
      fingerprint: null,
      recordedAt: at + 1_000,
      occurredAt: at,
      effectiveAt: at,
      actor: { key: 'key_1', role: 'till', till: '2', outlet: 'manila-1' },
      correlationId: 'request-1',
      causationId: null,
      events: types.map((type, index) => ({ type, version: 1, data: { index } })),
      claims: [],
      outcome: null,
    });
  const givenTwoTenants = async (): Promise<void> => {
    await append('account-main.cus_1', NO_STREAM, 'PurchaseRecorded', 'PointsEarned');
    await append('customer-main.cus_1', NO_STREAM, 'CustomerEnrolled');
    await append('account-other.cus_1', NO_STREAM, 'PurchaseRecorded');
    await append('account-main.cus_1', 1, 'PurchaseRecorded', 'PointsEarned');
  };
  const suki = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  const printed = (...options: string[]): PrintedEvent[] => {
    const { stdout, stderr, status } = suki('log', '--data', data, ...options);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as PrintedEvent);
  };
  const positions = (...options: string[]): number[] => printed(...options).map(({ position }) => position);

  test('is printed with the whole envelope while a writer has it open', async () => {
    await givenTwoTenants();
    expect(printed('--limit', '2')[1]).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      type: 'PointsEarned',
      version: 1,
      stream: 'account-main.cus_1',
      revision: 1,
      position: 1,
      occurredAt: '2026-11-20T02:15:00.000Z',
      effectiveAt: '2026-11-20T02:15:00.000Z',
      recordedAt: '2026-11-20T02:15:01.000Z',
      tenant: 'main',
      actor: { key: 'key_1', role: 'till', till: '2', outlet: 'manila-1' },
      correlationId: 'request-1',
      causationId: null,
      commandKey: 'command--1',
      data: { index: 1 },
    });
  });

  test('is printed by stream, category, type, tenant, from a position on, in both directions', async () => {
    await givenTwoTenants();
    expect(positions()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(positions('--stream', 'account-main.cus_1')).toEqual([0, 1, 4, 5]);
    expect(positions('--category', 'account')).toEqual([0, 1, 3, 4, 5]);
    expect(positions('--tenant', 'main', '--type', 'PurchaseRecorded')).toEqual([0, 4]);
    expect(positions('--after', '0', '--limit', '2')).toEqual([1, 2]);
    expect(positions('--after', '5')).toEqual([]);
    expect(positions('--backward')).toEqual([5, 4, 3, 2, 1, 0]);
    expect(positions('--backward', '--limit', '1', '--type', 'CustomerEnrolled')).toEqual([2]);
    expect(positions('--backward', '--after', '3')).toEqual([5, 4]);
  });

  test('is printed to a reader that goes away early without an error', async () => {
    for (let revision = -1; revision < 400; revision += 20) {
      await append('account-main.cus_1', revision, ...Array<string>(20).fill('PurchaseRecorded'));
    }
    const child = spawn(process.execPath, [program, 'log', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(complaints).toBe('');
  });

  test('whose person has no key is damaged: erasure would have left a trace', async () => {
    await givenTwoTenants();
    expect(suki('verify', '--data', data)).toMatchObject({
      stderr: 'suki: keys.db is damaged: there is no key of main/cus_1, who is in the log\n',
      status: 65,
    });
  });

  test('is verified while a writer has it open, and nothing in the directory changes', async () => {
    await givenTwoTenants();
    await keys.createPersonKey('main' as TenantId, 'cus_1' as CustomerId);
    const before = await readdir(data);
    const { stdout, status } = suki('verify', '--data', data);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /6 events in 4 appends of 3 streams.*sound, \d+ events\/s\nkeys.db: 1 keys of persons, 0 erased, 0 API keys: sound/,
    );
    expect(await readdir(data)).toEqual(before);
  });

  test('A.8 with one flipped bit is named by stream, revision and position', async () => {
    await givenTwoTenants();
    await store.close();
    const [segment = ''] = await readdir(join(data, 'log'));
    const file = await open(join(data, 'log', segment), 'r+');
    const bytes = Buffer.alloc((await stat(join(data, 'log', segment))).size);
    await file.read(bytes, 0, bytes.length, 0);
    const flipped = bytes.indexOf('CustomerEnrolled');
    await file.write(Buffer.from([(bytes[flipped] ?? 0) ^ 1]), 0, 1, flipped);
    await file.close();
    const { stderr, status } = suki('verify', '--data', data);
    expect({ stderr, status }).toEqual({
      stderr: expect.stringMatching(
        /^suki: the log is damaged: stream customer-main\.cus_1, revision 0, position 2 .*\n$/m,
      ) as string,
      status: 65,
    });
  });

  test('that is not there is refused and not made', async () => {
    const nowhere = join(data, 'nowhere');
    expect(suki('verify', '--data', nowhere)).toMatchObject({
      stderr: `suki: ${nowhere} is no data directory\n`,
      status: 65,
    });
    expect(suki('log', '--data', nowhere).status).toBe(65);
    await expect(stat(nowhere)).rejects.toThrow('ENOENT');
  });
});
