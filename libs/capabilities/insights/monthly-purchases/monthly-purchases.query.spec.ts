import type { TenantId } from '../../../kernel/ids';
import { purchase, type GivenPurchase } from '../../../testing/account-history';
import { RecordedHistory } from '../../../testing/recorded-history';
import { projectAll, type TemporaryReadModels } from '../../../testing/temporary-read-store';
import { purchaseReceipt } from '../../accounts/purchase-receipt/purchase-receipt.projection';
import { sumOfMoney } from './money-sum';
import { monthlyPurchases } from './monthly-purchases.query';

const MAIN = 'main' as TenantId;
let models: TemporaryReadModels;

async function afterPurchases(...told: readonly Omit<GivenPurchase, 'receipt'>[]): Promise<TemporaryReadModels> {
  const history = new RecordedHistory();
  told.forEach((one, index) => history.append(purchase({ receipt: String(index), ...one })));
  models = await projectAll(history, [purchaseReceipt]);
  return models;
}

describe('purchases by month', () => {
  afterEach(() => models.dispose());

  it('count invoices, buyers and first-time buyers of the local month, and sum money exactly', async () => {
    const [november, december] = ['2026-11-20T10:00:00+08:00', '2026-12-03T10:00:00+08:00'];
    const { query } = await afterPurchases(
      { account: 'ann', occurredAt: november, amounts: [1_050, 0] },
      { account: 'ann', occurredAt: november, amounts: [1_125], decimals: 3 },
      { account: 'bob', occurredAt: november, amounts: [0] },
      { account: 'ann', occurredAt: '2026-11-30T16:30:00Z', amounts: [100] },
      { account: 'bob', occurredAt: december, amounts: [200, 300] },
      { account: 'cid', occurredAt: december, amounts: [1], currency: 'USD' },
      { tenant: 'other', occurredAt: december, amounts: [99_999] },
      { anonymous: true, occurredAt: december, amounts: [700] },
    );
    const { identified, anonymous } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified.months).toEqual([
      {
        month: '2026-11',
        invoices: 3,
        paidInvoices: 2,
        paidLines: 2,
        gross: '11.625',
        buyers: 1,
        firstTimeBuyers: 1,
      },
      { month: '2026-12', invoices: 2, paidInvoices: 2, paidLines: 3, gross: '6', buyers: 2, firstTimeBuyers: 1 },
    ]);
    expect(identified).toMatchObject({ invoices: 5, paidInvoices: 4, paidLines: 5, gross: '17.625', buyers: 2 });
    expect(anonymous).toEqual({
      invoices: 1,
      paidInvoices: 1,
      paidLines: 1,
      gross: '7',
      months: [{ month: '2026-12', invoices: 1, paidInvoices: 1, paidLines: 1, gross: '7' }],
    });
  });

  it('sum beyond what one number holds', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { query } = await afterPurchases({ amounts: [most] }, { amounts: [most] }, { amounts: [most] });
    const { identified } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified.gross).toBe('270215977642229.73');
  });

  it('are nothing where nobody bought', async () => {
    const { query } = await afterPurchases();
    const { identified } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified).toEqual({ invoices: 0, paidInvoices: 0, paidLines: 0, gross: '0', buyers: 0, months: [] });
  });
});

describe('a sum of money', () => {
  it.each([
    [[], '0'],
    [[[5n, 2]], '0.05'],
    [
      [
        [150n, 2],
        [125n, 3],
      ],
      '1.625',
    ],
    [
      [
        [-105n, 2],
        [5n, 2],
      ],
      '-1',
    ],
  ] as [readonly [bigint, number][], string][])('is exact: %#', (parts, sum) => {
    expect(sumOfMoney(parts.map(([units, decimals]) => ({ units, decimals })))).toBe(sum);
  });
});
