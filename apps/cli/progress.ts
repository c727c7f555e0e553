import { Presets, SingleBar } from 'cli-progress';

/** A bar on stderr with rate and time left; a line now and then where stderr is no terminal. */
export class Progress {
  private readonly bar: SingleBar;
  private readonly startedAt = performance.now();
  private readonly unit: string;

  constructor(what: string, unit: string, total: number) {
    this.unit = unit;
    this.bar = new SingleBar(
      {
        format: `${what} {bar} {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s | {eta_formatted} left`,
        stream: process.stderr,
        noTTYOutput: true,
        notTTYSchedule: 5_000,
        // Signals are the verb's own business.
        gracefulExit: false,
        etaBuffer: 500,
      },
      Presets.shades_classic,
    );
    this.bar.start(total, 0, { rate: 0 });
  }

  show(done: number): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    this.bar.update(done, { rate: seconds > 0 ? Math.round(done / seconds) : 0 });
  }

  stop(): void {
    this.bar.stop();
  }
}
