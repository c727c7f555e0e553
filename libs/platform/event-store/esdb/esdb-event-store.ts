import type { StreamName } from '../../../kernel/ids';
import type {
  AppendRequest,
  AppendResult,
  ClaimHolder,
  EventStore,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedAppend,
  RecordedEvent,
  StreamNamesPage,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { ForeignEvents } from './append-groups';
import type { Unseal } from './claim-judgement';
import { Claims } from './claims';
import type { Driver } from './driver';
import { EsdbAppender } from './esdb-appender';
import { EsdbHistory } from './esdb-history';
import { followLog } from './esdb-subscription';
import { ServerCalls, type CallTerms } from './server-calls';
import { Slots } from './slots';
import { StreamNames } from './stream-names';

export interface EsdbStoreOptions extends Partial<CallTerms> {
  readonly driver: Driver;
  readonly unseal: Unseal;
  /** How long an append of somebody else that holds a claim is waited for before its slot is closed. */
  readonly claimPatienceMs?: number;
}

export interface EsdbStoreHealth {
  /** Events that were passed over because they are not ours, or not whole. */
  readonly foreignEvents: number;
  /** The first streams of those, and why. */
  readonly foreignStreams: ReadonlyMap<string, string>;
}

const TERMS = { attemptMs: 4_000, patienceMs: 15_000, claimPatienceMs: 2_000 };

/**
 * The event store on EventStoreDB or KurrentDB, 22.6 or newer. Positions are the server's commit positions, with gaps.
 */
export class EsdbEventStore implements EventStore {
  readonly exclusive = false;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly driver: Driver,
    private readonly ending: AbortController,
    private readonly foreign: ForeignEvents,
    private readonly history: EsdbHistory,
    private readonly claims: Claims,
    private readonly appender: EsdbAppender,
    private readonly names: StreamNames,
    private readonly attemptMs: number,
  ) {}

  /** Connects when it is first asked something: a server that is not there makes calls fail, and they recover with it. */
  static open(options: EsdbStoreOptions): EsdbEventStore {
    const { driver, unseal } = options;
    const { attemptMs, patienceMs, claimPatienceMs } = { ...TERMS, ...options };
    const ending = new AbortController();
    const calls = new ServerCalls(driver, { attemptMs, patienceMs }, ending.signal);
    const foreign = new ForeignEvents();
    const history = new EsdbHistory(calls, foreign);
    const claims = new Claims(calls, history, new Slots(calls, history, claimPatienceMs), unseal);
    const appender = new EsdbAppender(calls, history, claims);
    return new EsdbEventStore(driver, ending, foreign, history, claims, appender, new StreamNames(calls), attemptMs);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.refuseWhenClosed();
    return this.appender.append(request);
  }

  async claimHolder(key: string): Promise<ClaimHolder | undefined> {
    this.refuseWhenClosed();
    return this.claims.holder(key);
  }

  async readAppend(stream: StreamName, revision: number): Promise<RecordedAppend | undefined> {
    this.refuseWhenClosed();
    return (await this.history.readAppend(stream, revision))?.append;
  }

  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.refuseWhenClosed();
    return this.history.readStream(stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    this.refuseWhenClosed();
    return this.history.readAll(options);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    this.refuseWhenClosed();
    const { driver, history, foreign, attemptMs } = this;
    return followLog(options, { driver, history, foreign, attemptMs, closing: this.ending.signal });
  }

  async streamNames(page: StreamNamesPage): Promise<readonly StreamName[]> {
    this.refuseWhenClosed();
    return this.names.page(page);
  }

  async headRevision(stream: StreamName): Promise<number> {
    this.refuseWhenClosed();
    return this.history.headRevision(stream);
  }

  async endPosition(): Promise<number> {
    this.refuseWhenClosed();
    return this.history.endPosition();
  }

  health(): EsdbStoreHealth {
    return { foreignEvents: this.foreign.count, foreignStreams: this.foreign.examples };
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await this.appender.settled();
    this.ending.abort();
    await this.driver.dispose();
  }

  private refuseWhenClosed(): void {
    if (this.closing !== undefined) throw new StoreUnavailableFault('the event store is closed');
  }
}
