import type { ProjectedEvent, Projection } from '../../../kernel/projection';
import type { CustomerEnrolled, LinkedIdentity } from '../customer/customer.events';

/** Who a customer is. What is personal stays sealed here as in the log: without the person's key it is noise. */
export interface CustomerRow {
  readonly tenant: string;
  readonly customer: string;
  /** Outlet where he enrolled, where one is known. */
  readonly outlet: string | null;
  /** BCP 47. */
  readonly language: string;
  readonly enrolledAt: number;
  /** Sealed `PersonalProfile`. */
  readonly profile: string;
  readonly identities: readonly LinkedIdentity[];
  /** The newest event of the customer. */
  readonly revision: number;
  readonly position: number;
}

export const customerProfile: Projection<CustomerRow> = {
  name: 'customers',
  version: 1,
  types: ['CustomerEnrolled'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'outlet', type: 'text', nullable: true },
    { name: 'language', type: 'text' },
    { name: 'enrolledAt', type: 'integer' },
    { name: 'profile', type: 'text' },
    { name: 'identities', type: 'json' },
    { name: 'revision', type: 'integer' },
    { name: 'position', type: 'integer' },
  ],
  primaryKey: ['tenant', 'customer'],

  keys(event) {
    return [[event.append.tenant, enrolled(event).customer]];
  },

  apply(_row, event) {
    const { customer, outlet, language, profile, identities } = enrolled(event);
    const { append, revision, position } = event;
    return {
      tenant: append.tenant,
      customer,
      outlet,
      language,
      enrolledAt: append.occurredAt,
      profile,
      identities,
      revision,
      position,
    };
  },
};

const enrolled = (event: ProjectedEvent) => (event as ProjectedEvent & CustomerEnrolled).data;
