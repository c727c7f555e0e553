import { connect, type Socket } from 'node:net';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Longest time in which nobody was answered. */
  readonly stallMs: number;
}

/** What is asked of whom: `request` makes the bytes of the next one, and any other answer than `status` fails the load. */
export interface Asked {
  readonly port: number;
  readonly request: () => Buffer;
  readonly status: number;
}

/** Closed loop: every connection sends its next request when the answer before is whole. */
export async function loadFor(asked: Asked, connections: number, milliseconds: number): Promise<Load> {
  const answers = new Answers();
  const until = performance.now() + milliseconds;
  const keepAsking = async (): Promise<void> => {
    const connection = await Connection.open(asked);
    for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
      await connection.ask();
      answers.add(sentAt);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, keepAsking));
  return answers.summary();
}

/**
 * Open loop: requests fall due at an even pace, whether or not the ones before are answered, and how long each took counts
 * from then, the wait for a free connection included.
 */
export async function offerFor(
  asked: Asked,
  connections: number,
  milliseconds: number,
  perSecond: number,
): Promise<Load> {
  const answers = new Answers();
  const started = performance.now();
  const count = Math.floor((perSecond * milliseconds) / 1000);
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    const connection = await Connection.open(asked);
    while (next < count) {
      const dueAt = started + (1000 * next++) / perSecond;
      const early = dueAt - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // A timer may be up to a millisecond late: that is not the server's.
      const sentAt = early > 0 ? performance.now() : dueAt;
      await connection.ask();
      answers.add(sentAt);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, takeTurns));
  return answers.summary();
}

class Answers {
  private readonly started = performance.now();
  private readonly latencies: number[] = [];
  private last = performance.now();
  private stallMs = 0;

  add(sentAt: number): void {
    const now = performance.now();
    this.latencies.push(now - sentAt);
    this.stallMs = Math.max(this.stallMs, now - this.last);
    this.last = now;
  }

  summary(): Load {
    const seconds = (performance.now() - this.started) / 1000;
    const sorted = this.latencies.toSorted((one, other) => one - other);
    const quantile = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
    return { perSecond: sorted.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), stallMs: this.stallMs };
  }
}

/** A plain socket that sends one request after another. */
class Connection {
  private head = '';
  /** Bytes of the answer still to come; -1 while its head is read. */
  private missing = -1;
  private answered: () => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly asked: Asked,
  ) {
    socket.setNoDelay(true);
    socket.on('error', (error) => this.failed(error));
    socket.on('data', (bytes) => this.receive(bytes));
  }

  static open(asked: Asked): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(asked.port, '127.0.0.1', () => resolve(new Connection(socket, asked)));
      socket.once('error', reject);
    });
  }

  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.head = '';
      this.missing = -1;
      this.socket.write(this.asked.request());
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    if (this.missing >= 0) this.missing -= bytes.length;
    else {
      this.head += bytes.toString('latin1');
      const end = this.head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!this.head.startsWith(`HTTP/1.1 ${this.asked.status}`)) return this.failed(new Error(this.head));
      this.missing = Number(/content-length: (\d+)/i.exec(this.head)?.[1]) - (this.head.length - end - 4);
    }
    if (this.missing <= 0) this.answered();
  }
}
