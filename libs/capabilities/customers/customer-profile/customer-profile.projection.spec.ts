import type { CustomerId, TenantId } from '../../../kernel/ids';
import { given } from '../../../testing/given-events';
import { RecordedHistory } from '../../../testing/recorded-history';
import { projectAll } from '../../../testing/temporary-read-store';
import type { CustomerEnrolled } from '../customer/customer.events';
import { customerProfile } from './customer-profile.projection';
import { customerOf } from './customer-profile.query';

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

  it('is found by tenant and customer', async () => {
    const history = new RecordedHistory();
    history.append({ stream: 'customer-main.cus_1', events: [enrolled] });
    const models = await projectAll(history, [customerProfile]);
    const found = await customerOf(models.query, 'main' as TenantId, 'cus_1' as CustomerId);
    expect(found).toMatchObject({ outlet: null, identities: [{ kind: 'card', sealed: 'sealed:card' }] });
    expect(await customerOf(models.query, 'other' as TenantId, 'cus_1' as CustomerId)).toBeUndefined();
    await models.dispose();
  });
});
