import { accept, refuse, type Acceptance, type Refusal } from '../../../kernel/decision';
import { IDENTITY_FORMS, normaliseIdentity, type Identity } from '../../../kernel/identity';
import type { CustomerEnrolled, PersonalProfile } from '../customer/customer.events';

export interface Enrolment {
  readonly identities: readonly Identity[];
  readonly profile: PersonalProfile;
  readonly outlet: string | null;
  readonly language: string;
}

export type EnrolCustomerRefusal = 'IdentityRequired' | 'IdentityMalformed' | 'IdentityTaken' | 'OutletUnknown';

/** Checked before anything is sealed. */
export function checkEnrolment(
  { identities, outlet }: Enrolment,
  outletKnown: boolean,
): Refusal<EnrolCustomerRefusal> | undefined {
  if (identities.length === 0) {
    return refuse('IdentityRequired', 'a customer is known by a card, a phone number or an e-mail address: send one');
  }
  const malformed = identities.filter((identity) => normaliseIdentity(identity) === undefined);
  const errors = malformed.map(({ kind }) => ({ pointer: `/${kind}`, detail: IDENTITY_FORMS[kind] }));
  if (errors[0] !== undefined) return refuse('IdentityMalformed', errors[0].detail, errors);
  if (outlet === null || outletKnown) return undefined;
  const detail = `there is no outlet ${outlet}`;
  return refuse('OutletUnknown', detail, [{ pointer: '/outlet', detail }]);
}

/** Somebody becomes a customer, on a stream that was made for it. That nobody else has the card is up to the claims. */
export const enrolCustomer = (enrolled: CustomerEnrolled['data']): Acceptance<CustomerEnrolled> =>
  accept({ type: 'CustomerEnrolled', version: 1, data: enrolled });

/** Says which kind, and nothing of who. */
export function identityTaken(kind: string): Refusal<EnrolCustomerRefusal> {
  const detail = `this ${kind} belongs to a customer already: look the customer up instead`;
  return refuse('IdentityTaken', detail, [{ pointer: `/${kind}`, detail }]);
}
