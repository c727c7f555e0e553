import { Worker } from 'node:worker_threads';
import { StoreFullFault, StoreUnavailableFault } from '../event-store/faults';
import { KeyDamageFault } from './key-store';

/** What the thread is started with. */
export interface KeysThreadData {
  readonly path: string;
  /** How long a transaction waits for who reads or writes beside it, such as `verify`. */
  readonly busyTimeoutMs: number;
}

export type KeyWrite =
  | {
      readonly kind: 'createPersonKey' | 'erasePersonKey' | 'removeApiKey';
      readonly tenant: string;
      readonly id: string;
    }
  | { readonly kind: 'putApiKey'; readonly tenant: string; readonly id: string; readonly hmac: Uint8Array };

export type KeyWriteOutcome =
  { readonly kind: 'done'; readonly secret: Uint8Array | null } | { readonly kind: 'damaged'; readonly reason: string };

export type ToKeysThread =
  { readonly kind: 'write'; readonly writes: readonly KeyWrite[] } | { readonly kind: 'close' };

export type FromKeysThread =
  | { readonly kind: 'written'; readonly outcomes: readonly KeyWriteOutcome[] }
  | { readonly kind: 'failed'; readonly reason: string; readonly full: boolean };

interface Asked {
  readonly write: KeyWrite;
  resolve(secret: Buffer | null): void;
  reject(fault: Error): void;
}

export interface KeysThreadListener {
  /** Durable; called in the order of writing, before the promise settles. */
  onWritten(write: KeyWrite, secret: Buffer | null): void;
  /** Whether what was asked last is in the file is not known. */
  onUncertain(): void;
}

/**
 * The writing side of `keys.db` in a thread of its own, because a transaction costs several syncs of the disk. One
 * transaction is under way at a time; what is asked meanwhile shares the next. Once the thread is gone every write fails
 * with `StoreUnavailableFault`.
 */
export class KeysThread {
  private readonly worker: Worker;
  private readonly exited: Promise<unknown>;
  private queued: Asked[] = [];
  private underWay: Asked[] = [];
  private fault: StoreUnavailableFault | undefined;
  private onIdle: () => void = () => undefined;

  constructor(
    data: KeysThreadData,
    private readonly listener: KeysThreadListener,
  ) {
    this.worker = new Worker(require.resolve('./keys.worker'), { workerData: data });
    this.worker.on('message', (message: FromKeysThread) => this.receive(message));
    this.worker.on('error', (error) => this.fail(error.message));
    this.exited = new Promise((resolve) => this.worker.on('exit', resolve));
    this.worker.on('exit', () => this.fail('the thread that writes it ended'));
    // An idle thread keeps no process alive.
    this.worker.unref();
  }

  /** Answers the secret that the row holds once it is durable; throws `KeyDamageFault` where the write found damage. */
  write(write: KeyWrite): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      if (this.fault !== undefined) return reject(this.fault);
      this.queued.push({ write, resolve, reject });
      // Not at once, so that what comes in one turn of the loop shares the first transaction too.
      if (this.queued.length === 1 && this.underWay.length === 0) setImmediate(() => this.sendQueued());
    });
  }

  /** Waits for what was asked before. */
  async close(): Promise<void> {
    if (this.queued.length > 0 || this.underWay.length > 0) {
      await new Promise<void>((resolve) => (this.onIdle = resolve));
    }
    this.worker.ref();
    this.send({ kind: 'close' });
    await this.exited;
  }

  private sendQueued(): void {
    if (this.underWay.length > 0 || this.queued.length === 0) return;
    this.underWay = this.queued;
    this.queued = [];
    this.worker.ref();
    this.send({ kind: 'write', writes: this.underWay.map(({ write }) => write) });
  }

  private receive(message: FromKeysThread): void {
    const answered = this.underWay;
    this.underWay = [];
    this.worker.unref();
    if (message.kind === 'failed') this.refuse(answered, faultOf(message));
    else for (const [place, outcome] of message.outcomes.entries()) this.settle(answered[place], outcome);
    this.sendQueued();
    if (this.underWay.length === 0) this.onIdle();
  }

  private settle(asked: Asked | undefined, outcome: KeyWriteOutcome): void {
    if (asked === undefined) return;
    if (outcome.kind === 'damaged') return asked.reject(new KeyDamageFault(outcome.reason));
    const secret = outcome.secret && Buffer.from(outcome.secret);
    this.listener.onWritten(asked.write, secret);
    asked.resolve(secret);
  }

  private refuse(asked: readonly Asked[], fault: Error): void {
    this.listener.onUncertain();
    for (const { reject } of asked) reject(fault);
  }

  private fail(reason: string): void {
    this.fault ??= new StoreUnavailableFault(`keys.db: ${reason}`);
    const asked = [...this.underWay, ...this.queued];
    this.underWay = [];
    this.queued = [];
    this.refuse(asked, this.fault);
    this.onIdle();
  }

  private send(message: ToKeysThread): void {
    this.worker.postMessage(message);
  }
}

const faultOf = ({ reason, full }: Extract<FromKeysThread, { kind: 'failed' }>): Error =>
  full ? new StoreFullFault(`no space for keys.db: ${reason}`) : new StoreUnavailableFault(`keys.db: ${reason}`);
