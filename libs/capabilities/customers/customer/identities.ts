import type { Identity } from '../../../kernel/identity';

/** What a body may name a customer by. */
export interface NamedIdentities {
  readonly card?: string;
  readonly phone?: string;
  readonly email?: string;
}

export function identitiesIn({ card, phone, email }: NamedIdentities): readonly Identity[] {
  const identities: Identity[] = [];
  if (card !== undefined) identities.push({ kind: 'card', value: card });
  if (phone !== undefined) identities.push({ kind: 'phone', value: phone });
  if (email !== undefined) identities.push({ kind: 'email', value: email });
  return identities;
}
