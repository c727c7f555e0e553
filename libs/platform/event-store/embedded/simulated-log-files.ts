import { setImmediate } from 'node:timers/promises';
import type { LogFile, LogFiles } from './log-files';

/** What a power cut leaves of the writes that were not synced. */
export type PowerCutLoss = 'all' | 'none' | 'some';

/**
 * A disk in memory that can fail: power cuts, full disk, sync errors, flipped bits, short reads. Everything it does follows
 * from its calls and the seeds it is given.
 */
export class SimulatedLogFiles implements LogFiles {
  /** Bytes that files may still grow by; a write that needs more is done in part and fails with `ENOSPC`. */
  space = Infinity;
  /** The calls of `sync` and `syncDirectory`, counted from 1, that fail with `EIO`. */
  failingSyncs: ReadonlySet<number> = new Set();
  /** The calls of `writeAt`, counted from 1, that fail with `EIO`, nothing written. */
  failingWrites: ReadonlySet<number> = new Set();
  /** Turns of the event loop that each write and each sync take. */
  turns = 0;
  /** The most bytes one read answers. */
  longestRead = Infinity;
  syncs = 0;
  writes = 0;

  private readonly disks = new Map<string, SimulatedDisk>();
  private durableNames = new Map<SimulatedDisk, string>();

  /** Durable files with these contents. */
  static of(contents: ReadonlyMap<string, Buffer>): SimulatedLogFiles {
    const files = new SimulatedLogFiles();
    for (const [name, bytes] of contents) {
      const disk = new SimulatedDisk(Buffer.from(bytes));
      files.disks.set(name, disk);
      files.durableNames.set(disk, name);
    }
    return files;
  }

  /** Contents as the running process sees them. */
  contents(): Map<string, Buffer> {
    return new Map([...this.disks].map(([name, disk]) => [name, Buffer.from(disk.visible())]));
  }

  /** What a restart finds after a power cut now: everything synced, and of the rest what `loss` and the seed leave. */
  afterPowerCut(seed: number, loss: PowerCutLoss): SimulatedLogFiles {
    const random = seededRandom(seed);
    const left = new Map<string, Buffer>();
    for (const [newName, disk] of this.disks) {
      const oldName = this.durableNames.get(disk);
      const name = newName === oldName || survives(random, loss) ? newName : oldName;
      if (name !== undefined && !left.has(name)) left.set(name, disk.afterPowerCut(random, loss));
    }
    return SimulatedLogFiles.of(left);
  }

  flipBit(name: string, bit: number): void {
    this.disk(name).flipBit(bit);
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.disks.keys()]);
  }

  async open(name: string, { create }: { readonly create: boolean }): Promise<LogFile> {
    if (create && !this.disks.has(name)) this.disks.set(name, new SimulatedDisk(Buffer.alloc(0)));
    return new SimulatedLogFile(this, this.disk(name));
  }

  async rename(from: string, to: string): Promise<void> {
    const disk = this.disk(from);
    this.disks.delete(from);
    this.disks.set(to, disk);
  }

  async syncDirectory(): Promise<void> {
    this.countSync();
    await this.takeTime();
    this.durableNames = new Map([...this.disks].map(([name, disk]) => [disk, name]));
  }

  async takeTime(): Promise<void> {
    for (let turn = 0; turn < this.turns; turn++) await setImmediate();
  }

  countSync(): void {
    if (this.failingSyncs.has(++this.syncs)) throw systemError('EIO', 'sync');
  }

  countWrite(): void {
    if (this.failingWrites.has(++this.writes)) throw systemError('EIO', 'write');
  }

  private disk(name: string): SimulatedDisk {
    const disk = this.disks.get(name);
    if (disk === undefined) throw systemError('ENOENT', 'open');
    return disk;
  }
}

class SimulatedLogFile implements LogFile {
  constructor(
    private readonly files: SimulatedLogFiles,
    private readonly disk: SimulatedDisk,
  ) {}

  async writeAt(buffers: readonly Uint8Array[], offset: number): Promise<void> {
    this.files.countWrite();
    const bytes = Buffer.concat(buffers);
    const growth = Math.max(0, offset + bytes.length - this.disk.size);
    const missing = Math.max(0, growth - this.files.space);
    this.files.space -= growth - missing;
    this.disk.change({ offset, bytes: bytes.subarray(0, bytes.length - missing) });
    await this.files.takeTime();
    if (missing > 0) throw systemError('ENOSPC', 'write');
  }

  async sync(): Promise<void> {
    try {
      this.files.countSync();
    } catch (error) {
      this.disk.forgetUnsynced();
      throw error;
    }
    await this.files.takeTime();
    this.disk.sync();
  }

  async readAt(buffer: Uint8Array, offset: number): Promise<number> {
    const wanted = Math.min(buffer.length, this.files.longestRead);
    return this.disk.visible().copy(buffer, 0, offset, offset + wanted);
  }

  async size(): Promise<number> {
    return this.disk.size;
  }

  async truncate(size: number): Promise<void> {
    this.files.space += Math.max(0, this.disk.size - size);
    this.disk.change({ size });
  }

  async close(): Promise<void> {}
}

type Change = { readonly offset: number; readonly bytes: Buffer } | { readonly size: number };

/** One file: what the process sees, what is durable, and the changes between the two. */
class SimulatedDisk {
  private readonly seen: Image;
  /** Undefined while it equals `seen`. */
  private durable: Image | undefined;
  private unsynced: Change[] = [];
  /** Left behind by a failed sync: they may reach the disk, but no later sync promises it. */
  private readonly forgotten: Change[] = [];

  constructor(bytes: Buffer) {
    this.seen = new Image(bytes);
  }

  get size(): number {
    return this.seen.size;
  }

  visible(): Buffer {
    return this.seen.bytes();
  }

  change(change: Change): void {
    this.durable ??= new Image(Buffer.from(this.seen.bytes()));
    this.unsynced.push(change);
    this.seen.apply(change);
  }

  sync(): void {
    if (this.forgotten.length === 0) this.durable = undefined;
    else for (const change of this.unsynced) this.durable?.apply(change);
    this.unsynced = [];
  }

  forgetUnsynced(): void {
    this.forgotten.push(...this.unsynced);
    this.unsynced = [];
  }

  flipBit(bit: number): void {
    this.seen.flipBit(bit);
    this.durable?.flipBit(bit);
  }

  afterPowerCut(random: () => number, loss: PowerCutLoss): Buffer {
    const left = new Image(Buffer.from((this.durable ?? this.seen).bytes()));
    for (const change of [...this.forgotten, ...this.unsynced]) {
      if (survives(random, loss)) left.apply(change);
      else if (loss === 'some' && 'bytes' in change) for (const part of tornParts(change, random)) left.apply(part);
    }
    return left.bytes();
  }
}

class Image {
  size: number;

  constructor(private buffer: Buffer) {
    this.size = buffer.length;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.size);
  }

  apply(change: Change): void {
    if ('size' in change) {
      this.buffer.fill(0, change.size, Math.max(this.size, change.size));
      this.reserve(change.size);
      this.size = change.size;
    } else {
      this.reserve(change.offset + change.bytes.length);
      this.buffer.set(change.bytes, change.offset);
      this.size = Math.max(this.size, change.offset + change.bytes.length);
    }
  }

  flipBit(bit: number): void {
    const byte = bit >>> 3;
    this.buffer[byte] = (this.buffer[byte] ?? 0) ^ (1 << (bit & 7));
  }

  private reserve(size: number): void {
    if (size <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(size, this.buffer.length * 2));
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}

function survives(random: () => number, loss: PowerCutLoss): boolean {
  return loss === 'none' || (loss === 'some' && random() < 0.4);
}

/** A few stretches of a write, torn at any byte. */
function tornParts(
  { offset, bytes }: { readonly offset: number; readonly bytes: Buffer },
  random: () => number,
): Change[] {
  const parts: Change[] = [];
  let from = random() < 0.5 ? 0 : Math.floor(random() * bytes.length);
  while (from < bytes.length && random() < 0.7) {
    const to = from + Math.ceil(random() * (bytes.length - from));
    parts.push({ offset: offset + from, bytes: bytes.subarray(from, to) });
    from = to + Math.ceil(random() * (bytes.length - to));
  }
  return parts;
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${syscall}`), { code, syscall });
}

/** Mulberry32: small, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
