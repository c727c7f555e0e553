import type { CustomerId, TenantId } from '../../../kernel/ids';
import type { IdentityKind } from '../../../kernel/identity';

/** What a purchase needs of other capabilities; each process wires whoever knows. */
export interface OutletSource {
  /** From memory: asked for every purchase. */
  outletOf(tenant: TenantId, outlet: string): PurchaseOutlet | undefined;
}

export interface PurchaseOutlet {
  /** IANA zone. */
  readonly timeZone: string;
  readonly numbering: 'forever' | 'daily';
}

export interface CustomerSource {
  /** Undefined where nobody is known by it. */
  customerOf(tenant: TenantId, reference: CustomerReference): Promise<CustomerId | undefined>;
}

/** How the customer made himself known at the till. */
export interface CustomerReference {
  readonly kind: 'id' | IdentityKind;
  readonly value: string;
}
