import { createHash } from 'node:crypto';
import { streamParts, type StreamName } from '../../../kernel/ids';
import { runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { EventStore } from '../../../platform/event-store/event-store';
import { LEASE_MS, TopicLeaseLostFault, type TopicLease, type TopicLeases } from '../../../platform/kafka/topic-leases';
import type { Repeated, Scheduler } from '../../../platform/scheduling/scheduler';
import { webhookIntent } from '../webhook/webhook-commands';
import { WebhookDirectory, type ListedWebhook } from '../webhook/webhook-directory';
import { webhookMemory } from '../webhook/webhook-memory';
import type { PauseReason } from '../webhook/webhook.events';
import type { Webhook } from '../webhook/webhook.state';
import { DeliveryLine } from './delivery-line';
import { pauseWebhook } from './pause-webhook.decide';
import type { WebhookDeliveries } from './webhook-deliveries';
import type { WebhookSender } from './webhook-sender';

export interface WebhookDeliveryOptions {
  readonly source: EventStore;
  readonly deliveries: WebhookDeliveries;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly leases: TopicLeases;
  /** Names this process among those that would deliver too. */
  readonly owner: string;
  readonly scheduler: Scheduler;
  readonly clock: () => number;
  readonly random?: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/** Under which name the lease is kept, beside those of the topics. */
const LEASE = 'webhooks';

/**
 * Delivers to every webhook while this process holds the lease, and stands by while another one does. A line of its own for
 * each: one that is slow or fails holds up no other.
 */
export class WebhookDelivery {
  private lease: TopicLease | undefined;
  private directory: WebhookDirectory | undefined;
  private since = 0;
  private readonly lines = new Map<StreamName, { readonly revision: number; readonly line: DeliveryLine }>();
  private readonly forgotten = new Set<StreamName>();
  private readonly sessions: StreamSessions<Webhook>;
  private ticking: Repeated | undefined;
  private starting: Promise<void> = Promise.resolve();
  private arranging: Promise<void> = Promise.resolve();
  private trouble: unknown;

  constructor(private readonly options: WebhookDeliveryOptions) {
    this.sessions = new StreamSessions(options.source, webhookMemory);
  }

  /** At once; it waits for its lease by itself. */
  start(): void {
    this.starting = this.tick().then(() => {
      this.ticking = this.options.scheduler.repeat(LEASE_MS / 3, () => this.tick());
    });
  }

  get state(): { readonly publishing: boolean; readonly paused: unknown } {
    return { publishing: this.lease !== undefined, paused: this.trouble };
  }

  /** What is under way is finished, or sent again by whoever delivers next. */
  async stop(): Promise<void> {
    await this.starting;
    await this.ticking?.stop();
    await this.letGo();
  }

  private async tick(): Promise<void> {
    try {
      if (this.lease === undefined) await this.acquire();
      else await this.lease.renew();
      // Also what could not be arranged before.
      this.arrange();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
      this.options.onTrouble(error);
      if (error instanceof TopicLeaseLostFault) await this.letGo();
    }
  }

  private async acquire(): Promise<void> {
    const { leases, owner, source, deliveries } = this.options;
    const lease = await leases.acquire(LEASE, owner);
    if (lease === undefined) return;
    try {
      this.since = await deliveries.begin(await source.endPosition());
      this.directory = await WebhookDirectory.start(source, () => this.arrange());
      this.lease = lease;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Lines for what is active as it is now, one arrangement after the other. */
  private arrange(): void {
    this.arranging = this.arranging
      .then(async () => {
        for (const listed of this.lease === undefined ? [] : (this.directory?.all ?? [])) await this.arrangeOne(listed);
      })
      .catch((error: unknown) => this.options.onTrouble(error));
  }

  private async arrangeOne(listed: ListedWebhook): Promise<void> {
    const { stream, webhook, revision } = listed;
    const known = this.lines.get(stream);
    if (known !== undefined && known.revision !== revision) {
      this.lines.delete(stream);
      await known.line.stop();
    }
    if (webhook.life === 'active' && !this.lines.has(stream)) {
      const line = this.lineOf(listed);
      this.lines.set(stream, { revision, line });
      line.start();
    }
    if (webhook.life === 'deleted' && !this.forgotten.has(stream)) {
      await this.options.deliveries.forget(stream);
      this.forgotten.add(stream);
    }
  }

  private lineOf(listed: ListedWebhook): DeliveryLine {
    const { source, deliveries, sender, clock, random = Math.random, onTrouble } = this.options;
    return new DeliveryLine({
      listed,
      source,
      deliveries,
      sender,
      clock,
      random,
      since: Math.max(listed.registeredAt, this.since),
      onPause: (reason) => void this.pause(listed, reason).catch(onTrouble),
      onTrouble,
    });
  }

  /** As a fact, so that everybody sees it; asked again by the next failure where it cannot be recorded now. */
  private async pause({ stream, revision }: ListedWebhook, reason: PauseReason): Promise<void> {
    const now = this.options.clock();
    const commandKey = `pause~${streamParts(stream).id}~${revision}`;
    const command = {
      stream,
      commandKey,
      claimKey: `${streamParts(stream).tenant}/${commandKey}`,
      fingerprint: createHash('sha256').update(commandKey).digest('hex'),
      actor: { key: 'webhooks', role: 'system' },
      correlationId: commandKey,
      causationId: null,
      now,
    };
    await runDecision(
      this.sessions,
      webhookIntent(command, (webhook) => pauseWebhook(reason, webhook)),
    );
  }

  private async letGo(): Promise<void> {
    const { lease, directory } = this;
    this.lease = undefined;
    this.directory = undefined;
    await this.arranging;
    const lines = [...this.lines.values()];
    this.lines.clear();
    await Promise.all(lines.map(({ line }) => line.stop()));
    await directory?.stop();
    // Where it cannot be reached the lease lapses by itself.
    await lease?.release().catch(() => undefined);
  }
}
