import { Worker } from 'node:worker_threads';
import { StoreUnavailableFault } from '../faults';
import type { IndexProgress } from './index-schema';
import type { SealedClaim, Unseal } from './stream-index-writer';

/** What the worker is started with. */
export interface IndexThreadData {
  readonly logDirectory: string;
  readonly indexPath: string;
  readonly mayBegin: boolean;
}

export type ToIndexThread =
  | { readonly kind: 'advance'; readonly end: number }
  | { readonly kind: 'unsealed'; readonly keys: readonly (string | undefined)[] }
  | { readonly kind: 'close' };

export type FromIndexThread =
  | { readonly kind: 'opened' | 'flushed' | 'advanced'; readonly progress: IndexProgress }
  | { readonly kind: 'unseal'; readonly claims: readonly SealedClaim[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** An `IndexFollower` in a thread of its own, so that SQLite never holds up an append. */
export class IndexThread {
  private waiting: { resolve(progress: IndexProgress): void; reject(fault: Error): void } | undefined;
  private onFlush: (progress: IndexProgress) => void = () => undefined;
  private readonly exited: Promise<unknown>;
  private fault: StoreUnavailableFault | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly unseal: Unseal,
  ) {
    // Not `once`, which would fail with the thread's own error: an end is an end.
    this.exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('message', (message: FromIndexThread) => this.receive(message));
    worker.on('error', (error) => this.fail(error.message));
    worker.on('exit', () => this.fail('the index thread ended'));
  }

  static async open(data: IndexThreadData, unseal: Unseal): Promise<{ thread: IndexThread; progress: IndexProgress }> {
    const worker = new Worker(require.resolve('./stream-index.worker'), { workerData: data });
    const thread = new IndexThread(worker, unseal);
    try {
      return { thread, progress: await thread.answer() };
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  async advance(end: number, onFlush: (progress: IndexProgress) => void): Promise<void> {
    this.onFlush = onFlush;
    this.send({ kind: 'advance', end });
    onFlush(await this.answer());
  }

  async close(): Promise<void> {
    this.send({ kind: 'close' });
    await this.exited;
  }

  private answer(): Promise<IndexProgress> {
    return new Promise((resolve, reject) => {
      if (this.fault !== undefined) reject(this.fault);
      else this.waiting = { resolve, reject };
    });
  }

  private receive(message: FromIndexThread): void {
    switch (message.kind) {
      case 'flushed':
        return this.onFlush(message.progress);
      case 'opened':
      case 'advanced':
        this.waiting?.resolve(message.progress);
        this.waiting = undefined;
        return;
      case 'unseal':
        void this.answerUnseal(message.claims);
        return;
      case 'failed':
        return this.fail(message.reason);
    }
  }

  private async answerUnseal(claims: readonly SealedClaim[]): Promise<void> {
    try {
      this.send({ kind: 'unsealed', keys: await this.unseal(claims) });
    } catch (error) {
      this.fail(`claims could not be unsealed: ${String(error)}`);
      await this.worker.terminate();
    }
  }

  private fail(reason: string): void {
    this.fault ??= new StoreUnavailableFault(`index: ${reason}`);
    this.waiting?.reject(this.fault);
    this.waiting = undefined;
  }

  private send(message: ToIndexThread): void {
    this.worker.postMessage(message);
  }
}
