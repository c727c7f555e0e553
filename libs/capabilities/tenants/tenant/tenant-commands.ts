import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../../../kernel/decision';
import { streamName, type KeyId, type TenantId } from '../../../kernel/ids';
import type { DecisionResult, Intent } from '../../../platform/decisions/decision-types';
import { recordedBefore, runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { EventStore, NewEvent } from '../../../platform/event-store/event-store';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { newKeyId } from '../../../platform/identifiers/identifiers';
import { newSecret, secretHmac } from '../../../platform/keys/api-secrets';
import type { KeyStore } from '../../../platform/keys/key-store';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { TenantDirectory } from './tenant-directory';
import { tenantMemory } from './tenant-memory';
import type { TenantEvent } from './tenant.events';
import { evolveTenant, type Tenant } from './tenant.state';

/** How long a write waits until what it recorded is seen by reads of the same process. */
const SEEN_WITHIN_MS = 2_000;

/** Commands to tenant streams, seen by every later request to this process. */
@Injectable()
export class TenantCommands {
  private readonly sessions: StreamSessions<Tenant>;

  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('keyStore') private readonly keys: KeyStore,
    @Inject(TenantDirectory) private readonly directory: TenantDirectory,
  ) {
    this.sessions = new StreamSessions(store, tenantMemory);
  }

  /** `tenant` is the caller's own, except where one tenant makes another. */
  async run<Code extends string>(
    write: KeyedWrite,
    tenant: TenantId,
    decide: (tenant: Tenant) => Decision<TenantEvent, Code>,
  ): Promise<DecisionResult<Code>> {
    const intent = tenantIntent(keyedIntent(write, this.clock()), tenant, decide);
    const result = await runDecision(this.sessions, intent);
    if (result.kind === 'recorded') await this.directory.waitFor(result.position, SEEN_WITHIN_MS);
    return result;
  }

  /**
   * A command that issues a key. The HMAC is kept before the event that rests on it; one without an event opens nothing.
   */
  async runIssuing<Code extends string>(
    write: KeyedWrite,
    tenant: TenantId,
    decide: (tenant: Tenant, key: KeyId) => Decision<TenantEvent, Code>,
  ): Promise<SecretOnce<Code>> {
    const now = this.clock();
    const { claimKey, fingerprint } = keyedIntent(write, now);
    const earlier = await recordedBefore(this.store, claimKey, fingerprint);
    if (earlier !== undefined) return { result: earlier };
    const key = newKeyId(now);
    const secret = newSecret();
    await this.keys.putApiKey(tenant, key, secretHmac(secret, this.keys.pepper));
    const result = await this.run(write, tenant, (state) => decide(state, key));
    if (result.kind === 'recorded' && !result.replayed) return { result, secret };
    await this.keys.removeApiKey(tenant, key);
    return { result };
  }
}

export interface SecretOnce<Code extends string> {
  readonly result: DecisionResult<Code>;
  /** Shown by the first answer only: nobody has it afterwards. */
  readonly secret?: string;
}

export function tenantIntent<Code extends string>(
  command: Omit<Intent<unknown>, 'stream' | 'decide' | 'decideOnHistory' | 'onClaimTaken'>,
  tenant: TenantId,
  decide: (tenant: Tenant) => Decision<TenantEvent, Code>,
): Intent<Tenant, Code> {
  const { now } = command;
  return {
    ...command,
    stream: streamName('tenant', tenant, tenant),
    decide(state) {
      const decision = decide(state);
      if (decision.kind === 'refused') return decision;
      const { facts } = decision;
      const events = facts.map((fact) => fact as NewEvent);
      const next = facts.reduce(evolveTenant, state);
      return { kind: 'draft', events, claims: [], occurredAt: now, effectiveAt: now, outcome: null, next };
    },
  };
}
