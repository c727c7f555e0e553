import { streamParts, type TenantId } from '../../../kernel/ids';
import type { Claim, ClaimHolder, EventStore } from '../../../platform/event-store/event-store';
import { openedKey, openingKey, type TermsSource } from '../../programmes';

/** How long a purchase waits to learn of an opening activation it ran into. */
const LEARN_WITHIN_MS = 2_000;

/** Which tenants hold an account fact already: the first one claims it (see the programmes' opening claims). */
export class OpenedTenants {
  private readonly opened = new Set<TenantId>();

  constructor(
    private readonly store: EventStore,
    private readonly terms: TermsSource,
  ) {}

  /** To be awaited before `claimsOf`. */
  async learn(tenant: TenantId): Promise<void> {
    if (this.opened.has(tenant)) return;
    if ((await this.store.claimHolder(openedKey(tenant))) !== undefined) this.opened.add(tenant);
  }

  /** What an account's append claims beside its own key: nothing but for a tenant's first. */
  claimsOf(tenant: TenantId): readonly Claim[] {
    if (this.opened.has(tenant)) return [];
    return [
      { action: 'take', key: openedKey(tenant) },
      { action: 'take', key: openingKey(tenant, this.terms.openingsOf(tenant)) },
    ];
  }

  /** True where an opening activation was first, so that our terms are behind. */
  isBehind(tenant: TenantId, holder: ClaimHolder): boolean {
    if (streamParts(holder.stream).category === 'programme') return true;
    this.opened.add(tenant);
    return false;
  }

  /** Waits until the terms hold what the holder recorded. */
  async catchUp(holder: ClaimHolder): Promise<void> {
    const append = await this.store.readAppend(holder.stream, holder.firstRevision);
    if (append !== undefined) await this.terms.waitFor(append.position, LEARN_WITHIN_MS);
  }
}
