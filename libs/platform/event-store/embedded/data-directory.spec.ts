import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryFormatFault, DirectoryInUseFault } from '../faults';
import { DataDirectory } from './data-directory';

describe('data directory', () => {
  let parent: string;
  let path: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'suki-data-'));
    path = join(parent, 'data');
  });
  afterEach(async () => {
    await rm(parent, { recursive: true });
  });

  it('is made for its owner only, with a format and space in reserve', async () => {
    const directory = await DataDirectory.open(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(path, 'format.json'), 'utf8'))).toEqual({ format: 1 });
    const reserve = await stat(join(path, 'reserve'));
    expect(reserve.size).toBe(16 * 1024 * 1024);
    expect(reserve.blocks * 512).toBeGreaterThanOrEqual(reserve.size);
    expect(await readdir(path)).toEqual(expect.arrayContaining(['keys', 'lock.db', 'log']));
    await directory.probeWrite();
    await directory.freeReserve();
    expect(await readdir(path)).not.toContain('reserve');
    directory.close();
  });

  it.each(['not a database at all', ''.padEnd(8_192, 'x')])('names a lock that is none: %.10s', async (garbage) => {
    await mkdir(path);
    await writeFile(join(path, 'lock.db'), garbage);
    const opening = DataDirectory.open(path);
    await expect(opening).rejects.toThrow(DirectoryFormatFault);
    await expect(opening).rejects.toThrow(join(path, 'lock.db'));
  });

  it('is used by one at a time, and named when it is in use', async () => {
    const first = await DataDirectory.open(path);
    await expect(DataDirectory.open(path)).rejects.toThrow(DirectoryInUseFault);
    await expect(DataDirectory.open(path)).rejects.toThrow(path);
    const reading = await DataDirectory.openReadOnly(path);
    expect(reading.log).toBe(join(path, 'log'));
    reading.close();
    first.close();
    (await DataDirectory.open(path)).close();
  });

  it('is free again when the process that used it was killed', async () => {
    const child = fork(require.resolve('../../../testing/hold-directory'), [path]);
    await once(child, 'message');
    await expect(DataDirectory.open(path)).rejects.toThrow(DirectoryInUseFault);
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await DataDirectory.open(path)).close();
  });

  it('of a newer format is refused and left as it is', async () => {
    (await DataDirectory.open(path)).close();
    await writeFile(join(path, 'format.json'), '{"format":2}');
    const before = await readdir(path);
    await expect(DataDirectory.open(path)).rejects.toThrow(/newer format 2/);
    await expect(DataDirectory.openReadOnly(path)).rejects.toThrow(DirectoryFormatFault);
    expect(await readdir(path)).toEqual(before);
  });

  it('is not taken for one when it is not: no format beside a log, nothing at all, rubbish for a format', async () => {
    await expect(DataDirectory.openReadOnly(path)).rejects.toThrow(DirectoryFormatFault);
    (await DataDirectory.open(path)).close();
    await writeFile(join(path, 'format.json'), 'rubbish');
    await expect(DataDirectory.open(path)).rejects.toThrow(DirectoryFormatFault);
    await rm(join(path, 'format.json'));
    await expect(DataDirectory.open(path)).rejects.toThrow(DirectoryFormatFault);
  });
});
