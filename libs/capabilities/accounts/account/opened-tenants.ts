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

  /** Whether a claim is one of those. */
  isOpening(tenant: TenantId, key: string): boolean {
    return key === openedKey(tenant) || key.startsWith(openingKey(tenant, 0).replace(/0$/, ''));
  }

  /** One of those claims is held: by another account, or by an opening activation, whose terms are waited for. */
  async learnFrom(tenant: TenantId, holder: ClaimHolder): Promise<undefined> {
    if (streamParts(holder.stream).category !== 'programme') {
      this.opened.add(tenant);
      return;
    }
    const append = await this.store.readAppend(holder.stream, holder.firstRevision);
    if (append !== undefined) await this.terms.waitFor(append.position, LEARN_WITHIN_MS);
  }
}
