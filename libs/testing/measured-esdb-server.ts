import { setTimeout as pause } from 'node:timers/promises';
import type {
  AllPage,
  Driver,
  DriverSubscription,
  StreamPage,
  StreamSelection,
  SubscriptionStep,
  Written,
} from '../platform/event-store/esdb/driver';
import type { NewStoredEvent, StoredEvent } from '../platform/event-store/esdb/stored-form';

/** What becomes of one append on its way. */
export type AppendFate =
  | 'arrives'
  /** It never reaches the server. */
  | 'lost'
  /** It is stored, and the caller hears of an outage. */
  | 'answerLost'
  /** The caller hears of an outage; it reaches the server later. */
  | { readonly lateMs: number }
  /** It is answered as if it had been stored: no server does that. */
  | 'pretended';

export type Fates = (stream: string, events: readonly NewStoredEvent[]) => AppendFate;

/**
 * What EventStoreDB was measured to do, as far as the adapter relies on it: no port of ours, but the foreign behaviour behind
 * its driver, in memory and with outages to order. An exact revision with the ids that lie there is answered as it was
 * before; anything else there is a conflict with an empty message; positions have gaps.
 */
export class MeasuredEsdbServer {
  readonly log: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly subscriptions = new Set<MeasuredSubscription>();
  private readonly late = new Set<Promise<void>>();

  /** A connection of one process; its appends meet their fates, and each call takes up to `jitterMs`. */
  connect(fates: Fates = () => 'arrives', jitterMs = 0): Driver {
    const travel = async (): Promise<void> => {
      if (jitterMs > 0) await pause(Math.random() * jitterMs);
    };
    return {
      append: async (stream, expected, events) => {
        await travel();
        const answer = await this.meet(fates(stream, events), () => this.append(stream, expected, events));
        await travel();
        return answer ?? { lastRevision: expected + events.length, position: 0 };
      },
      readStream: async (stream, page) => {
        await travel();
        return this.readStream(stream, page);
      },
      readAll: async (page) => {
        await travel();
        return this.readAll(page);
      },
      subscribe: (after, streams) => this.subscribe(after, streams),
      dispose: async () => undefined,
    };
  }

  /** Ends every subscription as the server does that of a slow consumer. */
  drop(): void {
    for (const subscription of this.subscriptions) {
      subscription.fail(failure({ type: 'unknown', code: 10 }, 'Consumer too slow to handle event while live'));
    }
  }

  /** Answers when nothing is on its way any more. */
  async quiet(): Promise<void> {
    while (this.late.size > 0) await Promise.all(this.late);
  }

  /** As somebody else's client. */
  append(stream: string, expected: number, events: readonly NewStoredEvent[]): Written {
    const there = this.streams.get(stream) ?? [];
    const place = there.slice(expected + 1, expected + 1 + events.length);
    if (expected === there.length - 1) {
      for (const { id, type, data, metadata } of events) {
        const event = { stream, revision: there.length, position: (this.log.length + 1) * 100, id, type };
        const stored = { ...event, data: throughJson(data), metadata: throughJson(metadata) };
        there.push(stored);
        this.log.push(stored);
        for (const subscription of this.subscriptions) subscription.show(stored);
      }
      this.streams.set(stream, there);
    } else if (place.length < events.length || place.some(({ id }, index) => id !== events[index]?.id)) {
      throw failure({ type: 'wrong-expected-version' }, '');
    }
    const last = there[expected + events.length];
    return { lastRevision: expected + events.length, position: last?.position ?? -1 };
  }

  private async meet(fate: AppendFate, append: () => Written): Promise<Written | undefined> {
    if (fate === 'arrives') return append();
    if (fate === 'pretended') return undefined;
    if (fate === 'answerLost') append();
    if (typeof fate === 'object') this.sendLater(fate.lateMs, append);
    throw failure({ code: 14 }, '14 UNAVAILABLE: Connection dropped');
  }

  private sendLater(ms: number, append: () => Written): void {
    const arriving = pause(ms).then(() => {
      try {
        append();
      } catch {
        // Nobody is there to hear it.
      }
      this.late.delete(arriving);
    });
    this.late.add(arriving);
  }

  private readStream(stream: string, { from, direction, count }: StreamPage): StoredEvent[] {
    const events = this.streams.get(stream);
    if (events === undefined) throw failure({ type: 'stream-not-found' }, `${stream} not found`);
    if (direction === 'forward') return events.slice(Number(from), Number(from) + count);
    const upTo = from === 'end' ? events.length : from + 1;
    return events.slice(0, upTo).reverse().slice(0, count);
  }

  private readAll({ from, direction, count, streams }: AllPage): StoredEvent[] {
    const selected = this.log.filter(({ stream }) => isSelected(stream, streams));
    if (direction === 'forward') return selected.filter(({ position }) => position >= Number(from)).slice(0, count);
    const before = from === 'end' ? Infinity : from;
    return selected
      .filter(({ position }) => position < before)
      .reverse()
      .slice(0, count);
  }

  private subscribe(after: number, streams: StreamSelection): DriverSubscription {
    const subscription = new MeasuredSubscription(streams, () => this.subscriptions.delete(subscription));
    this.subscriptions.add(subscription);
    for (const event of this.log) if (event.position > after) subscription.show(event);
    subscription.add({ kind: 'caughtUp' });
    return subscription;
  }
}

class MeasuredSubscription implements DriverSubscription {
  private readonly steps: SubscriptionStep[] = [];
  private failed: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly streams: StreamSelection,
    private readonly left: () => void,
  ) {}

  show(event: StoredEvent): void {
    if (isSelected(event.stream, this.streams)) this.add({ kind: 'event', event });
    else this.add({ kind: 'checkpoint', position: event.position });
  }

  add(step: SubscriptionStep): void {
    if (this.failed === undefined) this.steps.push(step);
    this.wake();
  }

  fail(error: Error): void {
    this.failed ??= error;
    this.wake();
  }

  async next(): Promise<readonly SubscriptionStep[]> {
    while (this.steps.length === 0) {
      if (this.failed !== undefined) throw this.failed;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.steps.splice(0, 16);
  }

  async close(): Promise<void> {
    this.left();
    this.fail(failure({ type: 'cancelled' }, 'cancelled'));
  }
}

const isSelected = (stream: string, streams: StreamSelection): boolean =>
  'pattern' in streams
    ? new RegExp(streams.pattern).test(stream)
    : streams.prefixes.some((each) => stream.startsWith(each));

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const failure = (members: object, message: string): Error => Object.assign(new Error(message), members);
