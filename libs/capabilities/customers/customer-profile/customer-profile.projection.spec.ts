import { given } from '../../../testing/given-events';
import type { CustomerEnrolled } from '../customer/customer.events';
import { customerProfile } from './customer-profile.projection';

const enrolled: CustomerEnrolled = {
  type: 'CustomerEnrolled',
  version: 1,
  data: {
    customer: 'cus_1',
    profile: 'sealed:profile',
    identities: [{ kind: 'card', sealed: 'sealed:card' }],
    outlet: null,
    language: 'en',
  },
};

describe('the profile of a customer', () => {
  it('is what was enrolled, sealed as it came', () => {
    const rows = given({ stream: 'customer-main.cus_1', events: [enrolled] }).rowsOf(customerProfile);
    expect(rows).toEqual([
      {
        tenant: 'main',
        customer: 'cus_1',
        outlet: null,
        language: 'en',
        enrolledAt: Date.parse('2026-11-20T02:15:00Z'),
        profile: 'sealed:profile',
        identities: [{ kind: 'card', sealed: 'sealed:card' }],
        revision: 0,
        position: 0,
      },
    ]);
  });
});
