import { setTimeout as delay } from 'node:timers/promises';
import { streamParts } from '../../../kernel/ids';
import type { EventFilter, EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import type { PostOutcome } from '../../../platform/outbound/guarded-post';
import { FEED_CONTRACTS, feedEvent, type FeedEvent } from '../../feed';
import { wantsType } from '../webhook/type-filter.state';
import type { ListedWebhook } from '../webhook/webhook-directory';
import type { PauseReason } from '../webhook/webhook.events';
import { Bell } from './bell';
import { nextAttemptAt, RETRIED_FOR_MS, retryAfterMs } from './retry-schedule';
import type { Delivery, DeliveryProgress, Found, Way, WebhookDeliveries } from './webhook-deliveries';
import { wasDelivered, type WebhookSender } from './webhook-sender';

export interface DeliveryLineOptions {
  readonly listed: ListedWebhook;
  readonly source: Pick<EventStore, 'subscribe' | 'readAll'>;
  readonly deliveries: WebhookDeliveries;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly clock: () => number;
  readonly random: () => number;
  /** Where deliveries begin that have not begun yet. */
  readonly since: number;
  readonly onPause: (reason: PauseReason) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** At most so many wait for a webhook at once, on either way: then nothing new is taken until some are through. */
const MOST_WAITING = 1_000;
const TAKEN_AT_ONCE = 100;
/** Requests at once, each about another customer. */
const AT_ONCE = 8;
/** Where nothing was found, how far we looked is written down this seldom: looking again is cheap. */
const LOOKED_AT = { positions: 1_000, ms: 1_000 };
const LOOK_AGAIN_MS = { whileWaiting: 500, whileIdle: 30_000 };
const RETRY_TROUBLE_MS = { first: 200, most: 10_000 };
/** What is under way when it ends has so long to be answered; else it is sent again later. */
const GRACE_MS = 1_000;

/**
 * Delivers to one webhook, as its terms are at one revision: takes from the log what is wanted, and sends what waits. What is
 * about one customer goes in the order of the log, one request at a time; while one is tried again, the next wait behind it,
 * and those of other customers go on. Killed between a request and writing down that it was answered, it is sent again.
 */
export class DeliveryLine {
  private readonly ending = new AbortController();
  private readonly cutting = new AbortController();
  private readonly sending = new Bell();
  private readonly room: Readonly<Record<Way, Bell>> = { first: new Bell(), again: new Bell() };
  private running: Promise<unknown> = Promise.resolve();
  /** What the receiver asked for holds for all of its deliveries. */
  private notBefore = 0;

  constructor(private readonly options: DeliveryLineOptions) {}

  start(): void {
    this.running = this.keepOn(async () => {
      const progress = await this.carryOutOrders();
      await Promise.all([this.keepOn(() => this.takeNew()), this.keepOn(() => this.takeAgain(progress)), this.send()]);
    });
  }

  async stop(): Promise<void> {
    this.ending.abort();
    for (const bell of [this.sending, this.room.first, this.room.again]) bell.ring();
    const cut = setTimeout(() => this.cutting.abort(), GRACE_MS);
    await this.running;
    clearTimeout(cut);
  }

  private get ended(): boolean {
    return this.ending.signal.aborted;
  }

  /** Until it is through or the line ends; what goes wrong is tried again. */
  private async keepOn(work: () => Promise<void>): Promise<void> {
    let wait = RETRY_TROUBLE_MS.first;
    while (!this.ended) {
      try {
        return await work();
      } catch (error) {
        if (this.ended) return;
        this.options.onTrouble(error);
      }
      await delay(wait, undefined, { signal: this.ending.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, RETRY_TROUBLE_MS.most);
    }
  }

  private async carryOutOrders(): Promise<DeliveryProgress> {
    const { deliveries, listed, since, clock } = this.options;
    const { stream, orders } = listed;
    const progress = await deliveries.open(stream, since);
    for (const { position, what } of orders) {
      if (position <= progress.ordered) continue;
      if (what.kind === 'goOn') await deliveries.goOn(stream, position, clock());
      if (what.kind === 'deadLetters') await deliveries.replayDeadLetters(stream, position, clock());
      if (what.kind === 'range') await deliveries.replayRange(stream, position, what);
    }
    return deliveries.open(stream, since);
  }

  private get filter(): EventFilter {
    const { stream, webhook } = this.options.listed;
    const wanted = Object.entries(FEED_CONTRACTS).filter(([contract]) => wantsType(webhook.terms.types, contract));
    return { tenant: streamParts(stream).tenant, types: [...new Set(wanted.map(([, stored]) => stored))] };
  }

  private async takeNew(): Promise<void> {
    const { deliveries, listed, source, since, clock } = this.options;
    let { position } = await deliveries.open(listed.stream, since);
    let writtenAt = clock();
    const batches = source.subscribe({ after: position, filter: this.filter, signal: this.ending.signal });
    for await (const batch of batches) {
      position = await this.take('first', position, batch.events);
      if (this.ended) return;
      const ahead = batch.position - position;
      if (ahead > LOOKED_AT.positions || (ahead > 0 && clock() - writtenAt >= LOOKED_AT.ms)) {
        await this.move('first', position, batch.position, []);
        position = batch.position;
        writtenAt = clock();
      }
    }
  }

  private async takeAgain({ replay }: DeliveryProgress): Promise<void> {
    if (replay === undefined) return;
    const { deliveries, listed, source, since } = this.options;
    const again = (await deliveries.open(listed.stream, since)).replay ?? replay;
    let { position } = again;
    for await (const events of source.readAll({ after: position, filter: this.filter })) {
      const within = events.filter((event) => event.position <= again.until);
      position = await this.take('again', position, within);
      if (this.ended) return;
      if (within.length < events.length) break;
    }
    await deliveries.endReplay(listed.stream);
  }

  /** Answers how far it came: less far than the events only where the line ends. */
  private async take(way: Way, from: number, events: readonly RecordedEvent[]): Promise<number> {
    let position = from;
    for (let start = 0; start < events.length; start += TAKEN_AT_ONCE) {
      const slice = events.slice(start, start + TAKEN_AT_ONCE);
      await this.waitForRoom(way);
      if (this.ended) return position;
      const to = slice.at(-1)?.position ?? position;
      await this.move(
        way,
        position,
        to,
        slice.flatMap((event) => this.foundIn(event) ?? []),
      );
      position = to;
    }
    return position;
  }

  private async move(way: Way, from: number, to: number, found: readonly Found[]): Promise<void> {
    const { deliveries, listed, clock } = this.options;
    if (!(await deliveries.take(listed.stream, way, { from, to }, found, clock()))) {
      throw new CursorMovedFault(`another process delivers ${listed.stream}`);
    }
    if (found.length > 0) this.sending.ring();
  }

  private foundIn(event: RecordedEvent): Found | undefined {
    const told = this.wanted(event);
    return told && { position: event.position, subject: told.subject };
  }

  private wanted(event: RecordedEvent): FeedEvent | undefined {
    const told = feedEvent(event);
    return told !== undefined && wantsType(this.options.listed.webhook.terms.types, told.type) ? told : undefined;
  }

  private async waitForRoom(way: Way): Promise<void> {
    const { deliveries, listed } = this.options;
    while (!this.ended && (await deliveries.waiting(listed.stream, way)) > MOST_WAITING - TAKEN_AT_ONCE) {
      await this.room[way].wait(LOOK_AGAIN_MS.whileIdle);
    }
  }

  private async send(): Promise<void> {
    const { deliveries, listed, clock } = this.options;
    while (!this.ended) {
      await this.keepOn(async () => {
        const now = clock();
        const ready = now < this.notBefore ? [] : await deliveries.ready(listed.stream, now, AT_ONCE);
        await allOf(ready.map((delivery) => this.deliver(delivery)));
        if (ready.length > 0) return;
        const next = await deliveries.nextReady(listed.stream);
        // Not by the clock alone, which may be moved.
        await this.sending.wait(next === undefined ? LOOK_AGAIN_MS.whileIdle : LOOK_AGAIN_MS.whileWaiting);
      });
    }
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { deliveries, listed, sender, clock } = this.options;
    const { stream, webhook } = listed;
    const { way } = delivery;
    const event = await this.eventAt(delivery.position);
    const outcome: PostOutcome =
      event === undefined
        ? { kind: 'failed', reason: 'the log has the event no longer' }
        : await sender.send(stream, webhook, event, { again: way === 'again', signal: this.cutting.signal });
    if (wasDelivered(outcome)) await deliveries.delivered(stream, delivery, clock());
    else if (!this.cutting.signal.aborted) await this.fail(delivery, outcome);
    this.room[way].ring();
  }

  private async eventAt(position: number): Promise<FeedEvent | undefined> {
    const { tenant } = streamParts(this.options.listed.stream);
    for await (const events of this.options.source.readAll({ from: position, filter: { tenant }, limit: 1 })) {
      for (const event of events) if (event.position === position) return feedEvent(event);
    }
    return undefined;
  }

  private async fail(delivery: Delivery, outcome: PostOutcome): Promise<void> {
    const { deliveries, listed, clock, random, onPause } = this.options;
    const now = clock();
    const wait = outcome.kind === 'answered' ? retryAfterMs(outcome.retryAfter, now) : 0;
    if (wait > 0) this.notBefore = Math.max(this.notBefore, now + wait);
    const nextAt = nextAttemptAt({
      now,
      attempts: delivery.attempts + 1,
      until: delivery.until,
      retryAfterMs: wait,
      random: random(),
    });
    const reason = outcome.kind === 'answered' ? `answered ${outcome.status}` : outcome.reason;
    const failingSince = await deliveries.failed(listed.stream, delivery, { at: now, reason, nextAt });
    if (outcome.kind === 'answered' && outcome.status === GONE) onPause('gone');
    else if (now - failingSince >= RETRIED_FOR_MS) onPause('failing');
  }
}

const GONE = 410;

/** Ends when all have ended, so that none is begun a second time beside itself; throws the first failure. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}

/** Somebody else has moved the cursor: it is read again. */
class CursorMovedFault extends Error {
  override readonly name = 'CursorMovedFault';
}
