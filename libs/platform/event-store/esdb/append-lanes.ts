import type { LibraryClient } from './client-library';

/**
 * How many appends one connection may have on its way. Beyond the buffer of its stream (16) a library queues writes, and
 * when the connection breaks it rejects those where nobody can catch it, which ends the process.
 */
const APPENDS_PER_LANE = 15;
const LANES = 4;

class Lane {
  underWay = 0;
  private opened: LibraryClient | undefined;

  constructor(private readonly connect: () => LibraryClient) {}

  get client(): LibraryClient {
    return (this.opened ??= this.connect());
  }

  async hangUp(): Promise<void> {
    await this.opened?.dispose();
  }
}

/** Connections for appends, made as they are needed. One on which an append is given up is hung up and made anew. */
export class AppendLanes {
  private readonly lanes: Lane[];
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly connect: () => LibraryClient) {
    this.lanes = Array.from({ length: LANES }, () => new Lane(connect));
  }

  /** `abandoned` is raised when nobody waits for the answer any more; whether it ever comes does not matter then. */
  async send<Answer>(append: (client: LibraryClient) => Promise<Answer>, abandoned: AbortSignal): Promise<Answer> {
    const lane = await this.enter(abandoned);
    const replace = (): void => this.replace(lane);
    abandoned.addEventListener('abort', replace, { once: true });
    try {
      return await append(lane.client);
    } finally {
      abandoned.removeEventListener('abort', replace);
      lane.underWay--;
      this.waiting.shift()?.();
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.hangUp()));
  }

  private replace(lane: Lane): void {
    const place = this.lanes.indexOf(lane);
    if (place < 0) return;
    this.lanes[place] = new Lane(this.connect);
    void lane.hangUp().catch(nothing);
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async enter(abandoned: AbortSignal): Promise<Lane> {
    for (;;) {
      abandoned.throwIfAborted();
      const free = this.lanes.find(({ underWay }) => underWay < APPENDS_PER_LANE);
      if (free !== undefined) {
        free.underWay++;
        return free;
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      // Who has left in the meantime hands the place on.
      if (abandoned.aborted) this.waiting.shift()?.();
    }
  }
}

const nothing = (): void => undefined;
