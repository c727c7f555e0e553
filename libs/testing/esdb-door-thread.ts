import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AppendRequest, AppendResult } from '../platform/event-store/event-store';
import type { Caller } from '../platform/http/caller';

export interface DoorThreadOptions {
  readonly writable: boolean;
  /** Who may come in, by their secrets; left out, everybody may, without TLS. */
  readonly callers?: Readonly<Record<string, Caller>>;
}

export interface DoorPlace {
  readonly port: number;
  readonly authorityFile?: string;
}

export interface DoorOrder {
  readonly id: number;
  readonly kind: 'append' | 'drop' | 'revoke' | 'restart' | 'renew' | 'close';
  readonly request?: AppendRequest;
  readonly secret?: string;
}

export interface DoorAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly failed?: string;
}

/**
 * The real embedded store behind the real door, in a thread of its own: the generated code of the two client libraries
 * registers the same global names, so a process, or a spec, can load one of them only, and the door uses the newer one's.
 */
export class DoorThread {
  private nextId = 1;

  private constructor(
    private readonly worker: Worker,
    private place: DoorPlace,
  ) {
    worker.setMaxListeners(0);
  }

  static async open(options: DoorThreadOptions): Promise<DoorThread> {
    const worker = new Worker(require.resolve('./esdb-door.worker'), { workerData: options });
    const [{ result }] = (await once(worker, 'message')) as [{ result: DoorPlace }];
    return new DoorThread(worker, result);
  }

  /** A connection string, with credentials where there are any. */
  address(secret?: string): string {
    const { port, authorityFile } = this.place;
    if (authorityFile === undefined) return `esdb://127.0.0.1:${port}?tls=false`;
    return `esdb://${secret === undefined ? '' : `admin:${secret}@`}localhost:${port}?tls=true&tlsCAFile=${authorityFile}`;
  }

  /** As the product does: not through the door. */
  append(request: AppendRequest): Promise<AppendResult> {
    return this.order({ kind: 'append', request }) as Promise<AppendResult>;
  }

  /** Ends all subscriptions as those of consumers who are too slow. */
  drop(): Promise<unknown> {
    return this.order({ kind: 'drop' });
  }

  revoke(secret: string): Promise<unknown> {
    return this.order({ kind: 'revoke', secret });
  }

  /** Closes door and store and opens both again, at the same address. */
  restart(): Promise<unknown> {
    return this.order({ kind: 'restart' });
  }

  /** An empty store, behind a door at another address. */
  async renew(): Promise<void> {
    this.place = (await this.order({ kind: 'renew' })) as DoorPlace;
  }

  async close(): Promise<void> {
    await this.order({ kind: 'close' });
    await this.worker.terminate();
  }

  private async order(order: Omit<DoorOrder, 'id'>): Promise<unknown> {
    const id = this.nextId++;
    this.worker.postMessage({ ...order, id } satisfies DoorOrder);
    const { result, failed } = await new Promise<DoorAnswer>((resolve, reject) => {
      const take = (answer: DoorAnswer): void => {
        if (answer.id !== id) return;
        this.worker.off('message', take);
        resolve(answer);
      };
      this.worker.on('message', take);
      this.worker.once('error', reject);
    });
    if (failed !== undefined) throw new Error(failed);
    return result;
  }
}
