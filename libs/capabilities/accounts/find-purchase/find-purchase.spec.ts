import type { PurchaseId, TenantId } from '../../../kernel/ids';
import { purchaseId } from '../../../platform/identifiers/identifiers';
import { purchase } from '../../../testing/account-history';
import { given } from '../../../testing/given-events';
import { returned } from '../../../testing/return-history';
import { purchaseIds } from './purchase-id.projection';
import { readPurchaseReference } from './purchase-reference';

describe('a purchase is named', () => {
  it('by its receipt, with or without a business day, or by its id', () => {
    const id = 'pur_478dad47-e18d-52ba-bde6-abdf936a5931' as PurchaseId;
    expect(readPurchaseReference(id)).toEqual({ purchaseId: id });
    for (const receiptKey of ['manila-1~2~000123', 'manila-1~2~2026-11-20~000123', `${id}~2~1`]) {
      expect(readPurchaseReference(receiptKey)).toEqual({ receiptKey });
    }
  });

  it.each([
    '',
    'manila-1',
    'manila-1~2',
    'a~b~c~d',
    'a~b~2026-11-20~c~d',
    'a~~c',
    'a~b~c d',
    'pur_1',
    'cus_1~',
    'a~b~ñ',
  ])('never by %j', (text) => {
    expect(readPurchaseReference(text)).toBeUndefined();
  });

  it('and the id leads to its receipt, but for returns', () => {
    const receiptKey = 'manila-1~2~000123';
    const rows = given(purchase({ receipt: '000123' }), returned({ receipt: '9' })).rowsOf(purchaseIds(purchaseId));
    const expected = purchaseId('main' as TenantId, receiptKey as Parameters<typeof purchaseId>[1]);
    expect(rows).toEqual([{ tenant: 'main', purchaseId: expected, receiptKey }]);
  });
});
