import { purchase } from '../../../testing/account-history';
import { given } from '../../../testing/given-events';
import type { GivenAppend } from '../../../testing/recorded-history';
import { claimed, returned, voided } from '../../../testing/return-history';
import type { PurchaseRecorded, PurchaseReturned } from '../account/account.events';
import { purchaseReceipt } from './purchase-receipt.projection';

describe('a receipt', () => {
  it('says whose it is and what it came to', () => {
    const rows = given(purchase({ receipt: '000123', amounts: [13_500, 0, 250] })).rowsOf(purchaseReceipt);
    expect(rows).toEqual([
      {
        tenant: 'main',
        receiptKey: 'manila-1~2~000123',
        kind: 'purchase',
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
        paidUnitsMilli: 2_000,
        articles: ['ICE-CONE'],
        of: [],
        voided: 0,
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
    const twice = given(purchase({ receipt: '1' }), purchase({ receipt: '1' }));
    expect(() => twice.rowsOf(purchaseReceipt)).toThrow('recorded twice');
    const returnedTwice = given(returned({ receipt: '1' }), returned({ receipt: '1' }));
    expect(() => returnedTwice.rowsOf(purchaseReceipt)).toThrow('recorded twice');
  });

  it('of a return names the purchases it belongs to, each once, and says what was given back', () => {
    const [row] = given(returned({ receipt: 'R1', of: ['1', '2', '1'], amount: 500 })).rowsOf(purchaseReceipt);
    expect(row).toMatchObject({
      kind: 'return',
      receiptKey: 'manila-1~2~R1',
      account: 'cus_1',
      anonymous: 0,
      gross: 1_500,
      allLines: 3,
      paidUnitsMilli: 3_000,
      of: ['manila-1~2~1', 'manila-1~2~2'],
    });
    expect(given(returned({ receipt: 'R2' })).rowsOf(purchaseReceipt)).toMatchObject([{ of: [] }]);
  });

  it('of an exchange is two rows: what was bought, and what was brought back', () => {
    const rows = given(purchase({ receipt: '1' }), returned({ receipt: '1' })).rowsOf(purchaseReceipt);
    expect(rows.map(({ kind }) => kind)).toEqual(['purchase', 'return']);
  });

  it('of a purchase keyed by mistake stays, and counts nowhere', () => {
    expect(given(purchase({ receipt: '1' }), voided('1')).rowsOf(purchaseReceipt)).toMatchObject([{ voided: 1 }]);
    expect(() => given(voided('1')).rowsOf(purchaseReceipt)).toThrow('never recorded');
  });

  it('that is claimed becomes its customer’s, with what was brought back of it', () => {
    const bought = purchase({ receipt: '1', anonymous: true });
    const account = 'r.manila-1~2~1';
    const broughtBack = returned({ receipt: 'R1', of: ['1'], account });
    const his = given(bought, broughtBack, claimed(bought, broughtBack));
    expect(given(bought, broughtBack).rowsOf(purchaseReceipt)).toMatchObject([
      { anonymous: 1, account },
      { anonymous: 1, account },
    ]);
    const [, , ...rows] = his.rowsOf(purchaseReceipt);
    const [first, second] = given(bought, broughtBack).rowsOf(purchaseReceipt);
    const position = 2;
    expect(rows).toEqual([
      { ...first, anonymous: 0, account: 'cus_9', position },
      { ...second, anonymous: 0, account: 'cus_9', position },
    ]);
  });

  it('S27 of a return of nobody goes to the customer its purchase is recorded for', () => {
    const account = 'r.manila-1~2~1';
    const waiting = returned({ receipt: 'R1', of: ['1'], account });
    const rows = given(waiting, withWaiting(purchase({ receipt: '1', account: 'cus_9' }), waiting)).rowsOf(
      purchaseReceipt,
    );
    expect(rows).toMatchObject([
      { kind: 'return', anonymous: 1, account },
      { kind: 'purchase', anonymous: 0, account: 'cus_9' },
      { kind: 'return', anonymous: 0, account: 'cus_9', gross: 13_500, occurredAt: waiting.occurredAt },
    ]);
    const nobodys = withWaiting(purchase({ receipt: '1', account: 'r.manila-1~2~old' }), waiting);
    expect(given(waiting, nobodys).rowsOf(purchaseReceipt)).toHaveLength(2);
  });
});

function withWaiting(bought: GivenAppend, waiting: GivenAppend): GivenAppend {
  const [recorded] = bought.events as readonly PurchaseRecorded[];
  const [back] = waiting.events as readonly PurchaseReturned[];
  if (recorded === undefined || back === undefined) throw new Error('nothing waits');
  const at = waiting.occurredAt;
  const returnedBefore = [{ effectiveAt: at, occurredAt: at, recordedAt: at, data: back.data }];
  return { ...bought, events: [{ ...recorded, data: { ...recorded.data, returnedBefore } }] };
}
