import { purchase } from '../../../testing/account-history';
import { given } from '../../../testing/given-events';
import { purchaseReceipt } from './purchase-receipt.projection';

describe('a receipt', () => {
  it('says whose it is and what it came to', () => {
    const rows = given(purchase({ receipt: '000123', amounts: [13_500, 0, 250] })).rowsOf(purchaseReceipt);
    expect(rows).toEqual([
      {
        tenant: 'main',
        receiptKey: 'manila-1~2~000123',
        outlet: 'manila-1',
        till: '2',
        receipt: '000123',
        account: 'cus_1',
        anonymous: 0,
        currency: 'PHP',
        decimals: 2,
        gross: 13_750,
        paidLines: 2,
        allLines: 3,
        occurredAt: Date.parse('2026-11-20T02:15:00Z'),
        localDay: '2026-11-20',
        localMonth: '2026-11',
        source: 'till',
        position: 0,
      },
    ]);
  });

  it.each([
    ['2026-11-30T16:30:00Z', 480, '2026-12-01'],
    ['2027-01-01T03:30:00Z', -300, '2026-12-31'],
    ['2026-11-30T16:30:00Z', 0, '2026-11-30'],
  ])('S6 belongs to the day of its outlet: %s at %i minutes is %s', (occurredAt, offsetMinutes, localDay) => {
    const [row] = given(purchase({ receipt: '1', occurredAt, offsetMinutes })).rowsOf(purchaseReceipt);
    expect(row).toMatchObject({ localDay, localMonth: localDay.slice(0, 7) });
  });

  it('is its own account where nobody made himself known', () => {
    const [row] = given(purchase({ receipt: '7', anonymous: true })).rowsOf(purchaseReceipt);
    expect(row).toMatchObject({ anonymous: 1, account: 'r.manila-1~2~7' });
  });

  it('is recorded once: a second one stops the line', () => {
    const twice = given(purchase({ receipt: '1' }), purchase({ receipt: '1', account: 'cus_2' }));
    expect(() => twice.rowsOf(purchaseReceipt)).toThrow('recorded twice');
  });
});
