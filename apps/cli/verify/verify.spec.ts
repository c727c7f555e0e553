import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomerId } from '../../../libs/kernel/ids';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../../libs/platform/event-store/embedded/embedded-event-store';
import { BEGINNING } from '../../../libs/platform/event-store/event-store';
import { SqliteKeyStore } from '../../../libs/platform/keys/sqlite-key-store';
import type { Projection } from '../../../libs/platform/read-store/read-store';
import { SqliteReadStore } from '../../../libs/platform/read-store/sqlite-read-store';
import { accountStream, appendNext, MAIN } from '../../../libs/testing/append-request';
import { testUnseal } from '../../../libs/testing/temporary-store';

const program = require.resolve('../main');
const NEWEST = 39;
const COPIES = ['index.db', 'read.db'];

const visits: Projection<object> = {
  name: 'visits',
  version: 1,
  types: ['ThingHappened'],
  columns: [{ name: 'tenant', type: 'text' }],
  primaryKey: ['tenant'],
  keys: () => [],
  apply: (row) => row ?? {},
};

describe('suki verify on a directory whose copies remember the end of the log', () => {
  const made = mkdtempSync(join(tmpdir(), 'suki-verify-'));
  const whole = join(made, 'whole');
  const data = join(made, 'data');
  const log = join(data, 'log');

  beforeAll(async () => {
    const directory = await DataDirectory.open(whole);
    const keys = SqliteKeyStore.open(whole);
    await keys.createPersonKey(MAIN, 'cus_orphan' as CustomerId);
    const store = await EmbeddedEventStore.open({
      log: directory.log,
      indexPath: directory.index,
      unseal: testUnseal,
      segmentBytes: 4_096,
    });
    for (let position = 0; position <= NEWEST; position++) await appendNext(store, accountStream(position % 3));
    await store.close();
    await keys.close();
    const readModels = await SqliteReadStore.open(directory.readModels);
    await readModels.prepare([visits]);
    await readModels.commit(
      [{ projection: visits, checkpoints: [{ shard: 0, from: BEGINNING, to: NEWEST }], rows: [] }],
      [],
    );
    await readModels.close();
    directory.close();
  });
  beforeEach(() => cpSync(whole, data, { recursive: true }));
  afterEach(() => rmSync(data, { recursive: true }));
  afterAll(() => rmSync(made, { recursive: true }));

  const verify = (): { status: number | null; stderr: string; stdout: string } => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, 'verify', '--data', data], {
      encoding: 'utf8',
    });
    return { status, stderr, stdout };
  };
  const isDamaged = (line: string | RegExp): void => {
    const { status, stderr } = verify();
    expect({ status, stderr }).toEqual({
      status: 65,
      stderr: expect.stringMatching(/^suki: [^\n]+\n$/) as string,
    });
    expect(stderr).toMatch(line);
  };
  const segments = (): string[] =>
    readdirSync(log)
      .filter((name) => name.endsWith('.seg'))
      .sort()
      .map((name) => join(log, name));
  const lastSegment = (): string => segments().at(-1) ?? '';
  const forget = (copy: string): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(data, copy + suffix), { force: true });
  };

  it('is sound, keys of nobody in the log included, and changes no file', () => {
    expect(segments().length).toBeGreaterThan(2);
    const before = readdirSync(data);
    expect(verify()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('sound') as string });
    expect(readdirSync(data)).toEqual(before);
  });

  it('is sound where the copies are behind, lost or no databases: they are made again', () => {
    forget('index.db');
    writeFileSync(join(data, 'read.db'), 'no database');
    expect(verify().status).toBe(0);
  });

  describe.each([
    ['its newest segment is deleted', () => rmSync(lastSegment()), /ends at position \d+/],
    ['its newest segment is emptied', () => truncateSync(lastSegment()), /ends at position \d+/],
    ['its newest segment is cut', () => truncateSync(lastSegment(), 400), /ends at position \d+/],
    ['all its segments are deleted', () => segments().forEach((segment) => rmSync(segment)), /it is empty/],
  ])('is damaged where %s', (_, damage, end) => {
    it.each(COPIES)('which only %s knows', (copy) => {
      damage();
      COPIES.filter((other) => other !== copy).forEach(forget);
      isDamaged(end);
      isDamaged(`but ${copy} has seen position ${NEWEST}`);
    });
  });

  it('is damaged where the log is empty and nothing but keys of persons is left to know it', () => {
    rmSync(log, { recursive: true });
    COPIES.forEach(forget);
    isDamaged(`${log} is lost`);
    mkdirSync(log);
    isDamaged('the log is damaged: it is empty, but keys.db holds 1 keys of persons');
  });

  describe.each(['keys.db', join('keys', 'pepper')])('is damaged where %s', (file) => {
    const path = join(data, file);
    it('is emptied', () => {
      truncateSync(path);
      isDamaged(`${path} is lost`);
    });
    it('is cut in half', () => {
      truncateSync(path, statSync(path).size / 2);
      isDamaged(file === 'keys.db' ? /keys\.db/ : path);
    });
    it('has one bit flipped', () => {
      const bytes = readFileSync(path);
      bytes.writeUInt8(bytes.readUInt8(17) ^ 1, 17);
      writeFileSync(path, bytes);
      isDamaged(path);
    });
  });

  it('is no data directory of ours without its format', () => {
    rmSync(join(data, 'format.json'));
    isDamaged('holds a log but no format.json');
  });
});
