import type { IdentityKind } from '../../../kernel/identity';

/** Somebody became a customer. Everything personal is sealed under a key of this person, from this first event on. */
export interface CustomerEnrolled {
  readonly type: 'CustomerEnrolled';
  readonly version: 1;
  readonly data: {
    readonly customer: string;
    /** Sealed JSON of `PersonalProfile`. */
    readonly profile: string;
    readonly identities: readonly LinkedIdentity[];
    /** Outlet where it happened, where one is known. */
    readonly outlet: string | null;
    /** BCP 47 language the customer is spoken to in. */
    readonly language: string;
  };
}

/** A name the customer is known by at the till; the value is sealed, the claim that goes with it keeps it unique. */
export type LinkedIdentity = {
  readonly kind: IdentityKind;
  readonly sealed: string;
};

/** Stored only sealed. */
export interface PersonalProfile {
  readonly name?: string;
  readonly birthday?: string;
}

export type CustomerEvent = CustomerEnrolled;
