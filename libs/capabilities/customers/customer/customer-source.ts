import type { CustomerId, TenantId } from '../../../kernel/ids';
import type { NamedIdentities } from './identities';

/** What the other capabilities ask about customers. */
export interface CustomerSource {
  /** Who is meant; undefined where the tenant has no such customer, and for an identity of the wrong form. */
  resolve(tenant: TenantId, reference: CustomerReference): Promise<CustomerId | undefined>;
}

/** Exactly one of them. */
export interface CustomerReference extends NamedIdentities {
  readonly id?: string;
}
