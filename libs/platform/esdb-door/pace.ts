import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Share of its time the thread may be at work before readers hold back, and how long they do. */
const BUSY = 0.8;
const REST_MS = 10;
const WINDOW_MS = 20;

/**
 * Keeps readers of the past from slowing the tills, who share a thread with them: while the thread is busy each reader
 * rests between a few events and the next few. On a thread with nothing else to do they read as fast as they can.
 */
export class Pace {
  private from = performance.eventLoopUtilization();
  private since = performance.now();
  private busy = false;

  /** To be called every few events. */
  async rest(): Promise<void> {
    const now = performance.now();
    if (now - this.since >= WINDOW_MS) {
      this.busy = performance.eventLoopUtilization(this.from).utilization > BUSY;
      this.from = performance.eventLoopUtilization();
      this.since = now;
    }
    if (this.busy) await sleep(REST_MS);
  }
}
