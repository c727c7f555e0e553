import { streamParts, type KeyId, type TenantId } from '../../../kernel/ids';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import type { Caller, CallerSource } from '../../../platform/http/caller';
import { isSecret, secretHmac } from '../../../platform/keys/api-secrets';
import type { KeyStore } from '../../../platform/keys/key-store';
import { LogFollower } from '../../../platform/projections/log-follower';
import type { OutletSource } from './outlet-source';
import type { IssuedKey, Outlet, TenantEvent } from './tenant.events';
import { evolveTenant, initialTenant, type Tenant } from './tenant.state';

const FILTER = { categories: ['tenant'] };
const CACHED_TOKENS = 10_000;

/** A tenant, and the revision of its stream that it stands for. */
export interface ListedTenant {
  readonly tenant: Tenant;
  readonly revision: number;
}

const nobody: ListedTenant = { tenant: initialTenant, revision: -1 };

/**
 * All tenants in memory, following the log: who calls, and which outlets there are. Another process learns of a revoked key
 * within moments; this one before the revocation is answered.
 */
export class TenantDirectory implements CallerSource, OutletSource {
  private readonly tenants = new Map<TenantId, ListedTenant>();
  private readonly callers = new Map<string, Caller>();
  /** HMACs cost more than looking up a token that was seen before. */
  private readonly callersByToken = new Map<string, Caller>();
  private follower: LogFollower | undefined;

  private constructor(private readonly keys: KeyStore) {}

  /** Answers when everything recorded so far is known. Throws `KeyDamageFault`. */
  static async start(store: EventStore, keys: KeyStore): Promise<TenantDirectory> {
    const directory = new TenantDirectory(keys);
    directory.follower = await LogFollower.start(store, FILTER, (events) => directory.take(events));
    return directory;
  }

  callerOf(token: string): Caller | undefined {
    const known = this.callersByToken.get(token);
    if (known !== undefined || !isSecret(token)) return known;
    const caller = this.callers.get(secretHmac(token, this.keys.pepper).toString('base64'));
    if (caller === undefined) return undefined;
    if (this.callersByToken.size >= CACHED_TOKENS) this.callersByToken.clear();
    this.callersByToken.set(token, caller);
    return caller;
  }

  outlet(tenant: TenantId, outlet: string): Outlet | undefined {
    return this.find(tenant).tenant.outlets.get(outlet);
  }

  /** An empty one for a tenant that nobody created. */
  find(tenant: TenantId): ListedTenant {
    return this.tenants.get(tenant) ?? nobody;
  }

  /** True once everything up to `position` is known here. */
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

  private async take(events: readonly RecordedEvent[]): Promise<void> {
    for (const recorded of events) {
      const id = streamParts(recorded.append.stream).tenant;
      const { tenant, revision } = this.find(id);
      if (recorded.revision <= revision) continue;
      const event = recorded as RecordedEvent & TenantEvent;
      if (event.type === 'KeyIssued') await this.admit(id, event.data);
      if (event.type === 'KeyRevoked') this.dismiss(event.data.key);
      this.tenants.set(id, { tenant: evolveTenant(tenant, event), revision: recorded.revision });
    }
  }

  /** A key without an HMAC works for nobody: it was revoked, later than this event. */
  private async admit(tenant: TenantId, { key, role, outlets, history }: IssuedKey): Promise<void> {
    const hmac = await this.keys.apiKey(tenant, key as KeyId);
    if (hmac !== undefined) this.callers.set(hmac.toString('base64'), { tenant, key, role, outlets, history });
  }

  private dismiss(key: string): void {
    for (const known of [this.callers, this.callersByToken]) {
      for (const [name, caller] of known) if (caller.key === key) known.delete(name);
    }
  }
}
