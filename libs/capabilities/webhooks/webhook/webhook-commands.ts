import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../../../kernel/decision';
import { streamName } from '../../../kernel/ids';
import type { DecisionResult, Intent } from '../../../platform/decisions/decision-types';
import { recordedBefore, runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { EventStore, NewEvent } from '../../../platform/event-store/event-store';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import type { KeyStore } from '../../../platform/keys/key-store';
import type { AddressGuard } from '../../../platform/outbound/address-guard';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { WebhookDirectory } from './webhook-directory';
import type { WebhookEvent } from './webhook.events';
import { webhookMemory } from './webhook-memory';
import { webhookSecret } from './webhook-secret';
import { evolveWebhook, type Webhook } from './webhook.state';

/** How long a write waits until what it recorded is seen by reads of the same process. */
const SEEN_WITHIN_MS = 2_000;

export type DecideWebhook<Code extends string> = (webhook: Webhook, now: number) => Decision<WebhookEvent, Code>;

/** Commands to webhook streams: one event each, seen by every later read of this process. */
@Injectable()
export class WebhookCommands {
  private readonly sessions: StreamSessions<Webhook>;

  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('keyStore') private readonly keys: KeyStore,
    @Wired('addressGuard') private readonly guard: AddressGuard,
    @Inject(WebhookDirectory) private readonly directory: WebhookDirectory,
  ) {
    this.sessions = new StreamSessions(store, webhookMemory);
  }

  get now(): number {
    return this.clock();
  }

  async run<Code extends string>(
    write: KeyedWrite,
    id: string,
    decide: DecideWebhook<Code>,
  ): Promise<DecisionResult<Code>> {
    const intent = keyedIntent(write, this.clock());
    const stream = streamName('webhook', write.caller.tenant, id);
    const result = await runDecision(this.sessions, webhookIntent({ ...intent, stream }, decide));
    if (result.kind === 'recorded') await this.directory.waitFor(result.position, SEEN_WITHIN_MS);
    return result;
  }

  /** The answer to a command that was recorded before, whatever has become of names and addresses since. */
  repeated(write: KeyedWrite): ReturnType<typeof recordedBefore> {
    const { claimKey, fingerprint } = keyedIntent(write, this.clock());
    return recordedBefore(this.store, claimKey, fingerprint);
  }

  /** What is wrong with a URL, its address included; undefined where nothing is. */
  async complaintAbout(url: string): Promise<string | undefined> {
    const complaint = this.guard.complaintAbout(url);
    if (complaint !== undefined) return complaint;
    return this.guard.addressOf(new URL(url)).then(
      () => undefined,
      (fault: Error) => fault.message,
    );
  }

  /** Of the first answer only: where the command was recorded before, nobody is shown it again. */
  secretIn(result: DecisionResult, secret: number): string | undefined {
    if (result.kind !== 'recorded' || result.replayed) return undefined;
    return webhookSecret(this.keys.pepper, result.append.stream, secret);
  }
}

export function webhookIntent<Code extends string>(
  command: Omit<Intent<unknown>, 'decide' | 'decideOnHistory' | 'onClaimTaken'>,
  decide: DecideWebhook<Code>,
): Intent<Webhook, Code> {
  const { now } = command;
  return {
    ...command,
    decide(webhook) {
      const decision = decide(webhook, now);
      if (decision.kind === 'refused') return decision;
      const { facts } = decision;
      return {
        kind: 'draft',
        events: facts.map((fact) => fact as NewEvent),
        claims: [],
        occurredAt: now,
        effectiveAt: now,
        outcome: null,
        next: facts.reduce(evolveWebhook, webhook),
      };
    },
  };
}
