import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Sqlite, SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOT_A_DATABASE, sqliteErrorCode } from '../../sqlite/sqlite';
import { DirectoryFormatFault, DirectoryInUseFault, StoreFullFault, StoreUnavailableFault } from '../faults';

const FORMAT = 1;
const RESERVE_BYTES = 16 * 1024 * 1024;
const PRIVATE = 0o700;

/** Where everything of one installation lies. Only what `keys` and `log` hold cannot be made again. */
export class DataDirectory {
  readonly log: string;
  readonly index: string;
  readonly readModels: string;
  readonly personKeys: string;
  readonly keys: string;

  private constructor(
    readonly path: string,
    private readonly lock: Sqlite | undefined,
  ) {
    this.log = join(path, 'log');
    this.index = join(path, 'index.db');
    this.readModels = join(path, 'read.db');
    this.personKeys = join(path, 'keys.db');
    this.keys = join(path, 'keys');
  }

  /**
   * Makes the directory where it is missing, readable by its owner only, and locks it until `close` or the end of the
   * process, however that comes. Throws `DirectoryInUseFault`, `DirectoryFormatFault`, `StoreFullFault`.
   */
  static async open(directory: string): Promise<DataDirectory> {
    const path = resolve(directory);
    await mkdir(path, { recursive: true, mode: PRIVATE });
    await checkFormat(path);
    const lock = takeLock(path);
    try {
      await orFull(path, async () => {
        if ((await readFormat(path)) === undefined) await writeFormat(path);
        const opened = new DataDirectory(path, lock);
        for (const made of [opened.log, opened.keys]) await mkdir(made, { recursive: true, mode: PRIVATE });
        await opened.reserveSpace();
      });
      return new DataDirectory(path, lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** The same places for reading only, beside a running process or without one; nothing is made or locked. */
  static async openReadOnly(directory: string): Promise<DataDirectory> {
    const path = resolve(directory);
    if ((await checkFormat(path)) === undefined) throw new DirectoryFormatFault(`${path} is no data directory`);
    return new DataDirectory(path, undefined);
  }

  /** Tries what an append needs: writes and syncs a little. Throws `StoreFullFault`, or `StoreUnavailableFault` with its cause. */
  async probeWrite(): Promise<void> {
    const probe = join(this.path, 'probe');
    try {
      await writeSynced(probe, Buffer.alloc(4_096));
      await rm(probe);
    } catch (error) {
      if (isFull(error)) throw new StoreFullFault(`no space in ${this.path}`, { cause: error });
      throw new StoreUnavailableFault(`${this.path} cannot be written`, { cause: error });
    }
  }

  /** The first step of every shutdown: a full disk must not keep it from finishing. The next start reserves again. */
  async freeReserve(): Promise<void> {
    await rm(this.reserve, { force: true });
  }

  close(): void {
    this.lock?.close();
  }

  // Real zeros, since a sparse file reserves nothing. Without space for it we go on: the disk is then full anyway.
  private async reserveSpace(): Promise<void> {
    const size = await stat(this.reserve).then(
      (found) => found.size,
      () => 0,
    );
    if (size === RESERVE_BYTES) return;
    try {
      await writeSynced(this.reserve, Buffer.alloc(RESERVE_BYTES));
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.freeReserve();
    }
  }

  private get reserve(): string {
    return join(this.path, 'reserve');
  }
}

function takeLock(path: string): Sqlite {
  const file = join(path, 'lock.db');
  let lock: Sqlite | undefined;
  try {
    lock = new Sqlite(file, { busyTimeoutMs: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    switch (sqliteErrorCode(error)) {
      case SQLITE_BUSY:
        throw new DirectoryInUseFault(`${path} is in use by another process`);
      case SQLITE_CORRUPT:
      case SQLITE_NOT_A_DATABASE:
        throw new DirectoryFormatFault(`${file} is no lock of ours: it holds nothing, remove it`, { cause: error });
      default:
        throw error;
    }
  }
}

/** The format of a directory that may be used, undefined for a new one. */
async function checkFormat(path: string): Promise<number | undefined> {
  const format = await readFormat(path);
  if (format === undefined && (await namesIn(path)).includes('log')) {
    throw new DirectoryFormatFault(`${path} holds a log but no format.json: it is no data directory of ours`);
  }
  if (format !== undefined && format > FORMAT) {
    throw new DirectoryFormatFault(
      `${path} has the newer format ${format}, this version knows ${FORMAT}: use a newer one`,
    );
  }
  return format;
}

const namesIn = (path: string): Promise<string[]> => readdir(path).catch((): string[] => []);

async function readFormat(path: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, 'format.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const format = formatIn(text);
  if (format === undefined) throw new DirectoryFormatFault(`${join(path, 'format.json')} names no format`);
  return format;
}

function formatIn(text: string): number | undefined {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || !('format' in content)) return undefined;
    return Number.isInteger(content.format) ? Number(content.format) : undefined;
  } catch {
    return undefined;
  }
}

async function writeFormat(path: string): Promise<void> {
  const written = join(path, 'format.json.new');
  await writeSynced(written, Buffer.from(JSON.stringify({ format: FORMAT })));
  await rename(written, join(path, 'format.json'));
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function orFull(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw isFull(error) ? new StoreFullFault(`no space in ${path}`, { cause: error }) : error;
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isFull = (error: unknown): boolean => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
