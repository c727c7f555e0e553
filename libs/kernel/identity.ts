/** What a customer is known by at a till. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

export type IdentityKind = 'card' | 'phone' | 'email';

/** The one spelling under which an identity is claimed and found; undefined where it is none. */
export function normaliseIdentity({ kind, value }: Identity): string | undefined {
  switch (kind) {
    case 'card':
      return /^[A-Za-z0-9._-]{1,64}$/.test(value) ? value : undefined;
    case 'phone':
      return accepted(value.replaceAll(/[\s().\-/]/g, ''), /^\+[1-9]\d{6,14}$/);
    case 'email':
      return accepted(value.trim().toLowerCase(), /^(?=.{3,254}$)[^\s@]+@[^\s@]+$/);
  }
}

/** What a wrong one should have looked like. */
export const IDENTITY_FORMS: Readonly<Record<IdentityKind, string>> = {
  card: 'a card number has 1 to 64 of A-Z a-z 0-9 . _ -',
  phone: 'a phone number starts with + and the country code (E.164), like +63 917 555 0101',
  email: 'an e-mail address looks like ana@example.org',
};

const accepted = (text: string, form: RegExp): string | undefined => (form.test(text) ? text : undefined);
