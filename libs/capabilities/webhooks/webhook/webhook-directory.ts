import { streamName, streamParts, type StreamName, type TenantId } from '../../../kernel/ids';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import { LogFollower } from '../../../platform/projections/log-follower';
import type { Replay, WebhookEvent } from './webhook.events';
import { evolveWebhook, initialWebhook, isThere, type Webhook } from './webhook.state';

/** What whoever delivers has to do once, in the order of the positions at which it was recorded. */
export interface Order {
  readonly position: number;
  readonly what: { readonly kind: 'goOn' } | Replay;
}

export interface ListedWebhook {
  readonly stream: StreamName;
  readonly webhook: Webhook;
  /** Of its stream. */
  readonly revision: number;
  /** Position of its registration: what comes after it is delivered. */
  readonly registeredAt: number;
  readonly orders: readonly Order[];
}

const FILTER = { categories: ['webhook'] };

/** All webhooks of all tenants in memory, following the log; deleted ones too, which nobody is shown. */
export class WebhookDirectory {
  private readonly webhooks = new Map<StreamName, ListedWebhook>();
  private follower: LogFollower | undefined;

  private constructor(private readonly onChanged: () => void) {}

  /** Answers when everything recorded so far is known; `onChanged` is called after each change. */
  static async start(store: EventStore, onChanged: () => void = () => undefined): Promise<WebhookDirectory> {
    const directory = new WebhookDirectory(onChanged);
    directory.follower = await LogFollower.start(store, FILTER, (events) => directory.take(events));
    return directory;
  }

  get all(): Iterable<ListedWebhook> {
    return this.webhooks.values();
  }

  /** In the order of their registration. */
  listOf(tenant: TenantId): readonly ListedWebhook[] {
    return [...this.webhooks.values()].filter(
      ({ stream, webhook }) => isThere(webhook) && streamParts(stream).tenant === tenant,
    );
  }

  find(tenant: TenantId, id: string): ListedWebhook | undefined {
    const listed = this.webhooks.get(streamName('webhook', tenant, id));
    return listed !== undefined && isThere(listed.webhook) ? listed : undefined;
  }

  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.follower?.waitFor(position, timeoutMs) ?? Promise.resolve(false);
  }

  /** Why it cannot follow the log at the moment; undefined while it does. */
  get paused(): unknown {
    return this.follower?.paused;
  }

  async stop(): Promise<void> {
    await this.follower?.stop();
  }

  private take(events: readonly RecordedEvent[]): void {
    for (const recorded of events) {
      const { stream } = recorded.append;
      const known = this.webhooks.get(stream);
      const before = known?.webhook ?? initialWebhook;
      const webhook = evolveWebhook(before, recorded as RecordedEvent & WebhookEvent);
      const order = orderIn(recorded as RecordedEvent & WebhookEvent, before);
      this.webhooks.set(stream, {
        stream,
        webhook,
        revision: recorded.revision,
        registeredAt: known?.registeredAt ?? recorded.position,
        orders: [...(known?.orders ?? []), ...(order === undefined ? [] : [order])],
      });
    }
    if (events.length > 0) this.onChanged();
  }
}

function orderIn(event: RecordedEvent & WebhookEvent, before: Webhook): Order | undefined {
  const { position } = event;
  if (event.type === 'WebhookReplayRequested') return { position, what: event.data };
  const goesOn = event.type === 'WebhookChanged' && before.life === 'paused' && !event.data.paused;
  return goesOn ? { position, what: { kind: 'goOn' } } : undefined;
}
