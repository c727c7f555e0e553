import type { LogFile, LogFiles } from './log-files';

const NAME = 'spare';
const CHUNK = Buffer.alloc(256 * 1024);

/**
 * A file of zeros that becomes the next segment: a commit to blocks already allocated moves data only, about twice as fast as
 * one that must also record where the file grew. It is filled beside the segment in use, never in it, because a sync waits
 * for all that its own file has under way.
 */
export class SpareSegment {
  private file: LogFile | undefined;
  private filled = 0;
  private goal = 0;
  private running: Promise<void> | undefined;
  private diskFull = false;

  /** `onError` is told of any error but a full disk, which only means that the next segment grows as it is written. */
  constructor(
    private readonly files: LogFiles,
    private readonly segmentBytes: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Goes on in the background, a chunk at a time, until `goal` bytes are there. */
  advance(goal: number): void {
    this.goal = goal < this.segmentBytes ? goal - (goal % CHUNK.length) : this.segmentBytes;
    if (!this.diskFull && this.filled < this.goal) this.running ??= this.fill();
  }

  /** Gives the spare, where it is complete, the name of a segment; `syncDirectory` makes that durable. */
  async take(name: string): Promise<LogFile | undefined> {
    this.diskFull = false;
    const { file } = this;
    if (file === undefined || this.running !== undefined || this.filled < this.segmentBytes) return undefined;
    await this.files.rename(NAME, name);
    this.file = undefined;
    this.filled = 0;
    this.goal = 0;
    return file;
  }

  async close(): Promise<void> {
    this.goal = 0;
    await this.running;
    await this.file?.close();
    this.file = undefined;
  }

  private async fill(): Promise<void> {
    try {
      this.file ??= await this.create();
      while (this.filled < this.goal) {
        const chunk = CHUNK.subarray(0, this.segmentBytes - this.filled);
        await this.file.writeAt([chunk], this.filled);
        await this.file.sync();
        this.filled += chunk.length;
      }
    } catch (error) {
      this.diskFull = isDiskFull(error);
      if (this.diskFull) await this.giveBack();
      else this.onError(error);
    } finally {
      this.running = undefined;
    }
  }

  /** What an earlier process left may hold a commit that was never finished. */
  private async create(): Promise<LogFile> {
    const file = await this.files.open(NAME, { create: true });
    await file.truncate(0);
    return file;
  }

  private async giveBack(): Promise<void> {
    this.filled = 0;
    await this.file?.truncate(0).catch(this.onError);
  }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
