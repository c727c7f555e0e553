import type { CustomerId, TenantId } from '../../../kernel/ids';
import type { IdentityKind } from '../../../kernel/identity';

/** What a purchase asks about customers; each process wires whoever knows. */
export interface CustomerSource {
  /** Undefined where nobody is known by it. */
  customerOf(tenant: TenantId, reference: CustomerReference): Promise<CustomerId | undefined>;
}

/** How the customer made himself known at the till. */
export interface CustomerReference {
  readonly kind: 'id' | IdentityKind;
  readonly value: string;
}
