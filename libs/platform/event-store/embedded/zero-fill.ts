import type { LogFile } from './log-files';

const CHUNK = Buffer.alloc(256 * 1024);

/**
 * Writes zeros ahead of the end of a segment, so that a commit's sync finds its blocks allocated and moves data only. Works
 * on a handle of its own: a sync error is told once to each handle, and the log's own must not miss it.
 */
export class ZeroFill {
  private goal = 0;
  private running: Promise<void> | undefined;

  /** `onError` is told of any error but a full disk, which only means that commits take a little longer. */
  constructor(
    private readonly file: LogFile,
    private filledTo: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Goes on in the background, chunk by chunk, as long as a whole one fits before `goal`. */
  advance(goal: number): void {
    this.goal = goal;
    this.running ??= this.run();
  }

  /** Lets the chunk under way end, where it matters: afterwards no zeros land before `end`. */
  async makeWay(end: number): Promise<void> {
    this.goal = 0;
    if (end <= this.filledTo) return;
    await this.running;
    this.filledTo = Math.max(this.filledTo, end);
  }

  /** Runs `cut`, which cuts the file to `size` bytes, with nothing under way. */
  async whileStopped(size: number, cut: () => Promise<void>): Promise<void> {
    this.goal = 0;
    await this.running;
    await cut();
    this.filledTo = size;
  }

  async close(): Promise<void> {
    this.goal = 0;
    await this.running;
    await this.file.close();
  }

  private async run(): Promise<void> {
    try {
      while (this.filledTo + CHUNK.length <= this.goal) {
        await this.file.writeAt([CHUNK], this.filledTo);
        await this.file.sync();
        this.filledTo += CHUNK.length;
      }
    } catch (error) {
      if (!isDiskFull(error)) this.onError(error);
    } finally {
      this.running = undefined;
    }
  }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
