import type { Language } from '../../../kernel/words/language';

/** The tenant began: one per tenant, revision 0 of its stream. */
export interface TenantCreated {
  readonly type: 'TenantCreated';
  readonly version: 1;
  readonly data: { readonly tenant: string };
}

/** An outlet was opened, or what we know of it was changed; the whole description each time. */
export interface OutletSet {
  readonly type: 'OutletSet';
  readonly version: 1;
  readonly data: Outlet;
}

export interface Outlet {
  readonly outlet: string;
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly currency: string;
  /** How its tills number receipts; set once, part of what makes a receipt unique. */
  readonly numbering: 'forever' | 'daily';
  /** Of what its tills print; left out, English. */
  readonly language?: Language;
}

/** Somebody may call the API: the key's role and outlets, never the secret. */
export interface KeyIssued {
  readonly type: 'KeyIssued';
  readonly version: 1;
  readonly data: IssuedKey;
}

export interface IssuedKey {
  readonly key: string;
  readonly name: string;
  readonly role: Role;
  /** Outlets a till's or staff's key works for; empty = none needed (manager, analyst, service, admin). */
  readonly outlets: readonly string[];
  /** Only an admin's key: may record history with its original dates, however old (S2). */
  readonly history: boolean;
}

/** The key stopped working. */
export interface KeyRevoked {
  readonly type: 'KeyRevoked';
  readonly version: 1;
  readonly data: { readonly key: string };
}

export const ROLES = ['till', 'staff', 'manager', 'analyst', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type TenantEvent = TenantCreated | OutletSet | KeyIssued | KeyRevoked;
