import { Presets, SingleBar } from 'cli-progress';

const PLAIN_EVERY_MS = 5_000;

/** A bar on stderr with rate and time left; where stderr is no terminal, a plain line now and then. */
export class Progress {
  private readonly startedAt = performance.now();
  private readonly bar: SingleBar | undefined;
  private plainAt = this.startedAt + PLAIN_EVERY_MS;

  constructor(
    private readonly what: string,
    private readonly unit: string,
    private readonly total: number,
  ) {
    if (!process.stderr.isTTY) return;
    this.bar = new SingleBar(
      {
        format: `${what} {bar} {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s | {eta_formatted} left`,
        stream: process.stderr,
        etaBuffer: 500,
        // Signals are the verb's own business.
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    this.bar.start(total, 0, { rate: 0 });
  }

  show(done: number): void {
    const now = performance.now();
    const rate = Math.round((done * 1000) / Math.max(1, now - this.startedAt));
    this.bar?.update(done, { rate });
    if (this.bar !== undefined || now < this.plainAt) return;
    this.plainAt = now + PLAIN_EVERY_MS;
    const secondsLeft = Math.ceil((this.total - done) / Math.max(1, rate));
    console.error(`${this.what}: ${done} of ${this.total} ${this.unit}, ${rate} ${this.unit}/s, ${secondsLeft} s left`);
  }

  stop(): void {
    this.bar?.stop();
  }
}
