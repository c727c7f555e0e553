import type { TenantId } from '../../../kernel/ids';
import { purchase, type GivenPurchase } from '../../../testing/account-history';
import { RecordedHistory, type GivenAppend } from '../../../testing/recorded-history';
import { claimed, manilaReceipt, returned, voided } from '../../../testing/return-history';
import { projectAll, type TemporaryReadModels } from '../../../testing/temporary-read-store';
import { purchaseReceipt } from '../../accounts/purchase-receipt/purchase-receipt.projection';
import { receiptOf } from '../../accounts/purchase-receipt/purchase-receipt.query';
import { sumOfMoney } from './money-sum';
import { monthlyPurchases } from './monthly-purchases.query';

const MAIN = 'main' as TenantId;
let models: TemporaryReadModels;

async function afterPurchases(...told: readonly Omit<GivenPurchase, 'receipt'>[]): Promise<TemporaryReadModels> {
  return after(...told.map((one, index) => purchase({ receipt: String(index), ...one })));
}

async function after(...appends: readonly GivenAppend[]): Promise<TemporaryReadModels> {
  const history = new RecordedHistory();
  for (const append of appends) history.append(append);
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
        ...sold(3, 2, 4, 2, '11.625'),
        customers: 2,
        buyers: 1,
        firstTimeBuyers: 1,
      },
      { month: '2026-12', ...sold(2, 2, 3, 3, '6'), customers: 2, buyers: 2, firstTimeBuyers: 1 },
    ]);
    expect(identified).toMatchObject({ invoices: 5, paidInvoices: 4, paidLines: 5, gross: '17.625', buyers: 2 });
    const nobodys = sold(1, 1, 1, 1, '7');
    expect(anonymous).toEqual({ ...nobodys, months: [{ month: '2026-12', ...nobodys }] });
  });

  it('have returns beside them, each in its own month, and a net that may be below 0', async () => {
    const { query } = await after(
      purchase({ receipt: '1', account: 'ann', amounts: [1_000], occurredAt: '2026-11-20T10:00:00+08:00' }),
      returned({ receipt: 'R1', account: 'ann', of: ['1'], amount: 400, occurredAt: '2026-11-21T10:00:00+08:00' }),
      returned({ receipt: 'R2', account: 'bob', amount: 55, decimals: 3, occurredAt: '2026-12-01T10:00:00+08:00' }),
    );
    const { identified } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified.months).toMatchObject([
      { month: '2026-11', invoices: 1, returnInvoices: 1, returned: '4', net: '6', customers: 1, buyers: 1 },
      { month: '2026-12', invoices: 0, returnInvoices: 1, returned: '0.055', net: '-0.055', customers: 1, buyers: 0 },
    ]);
    expect(identified).toMatchObject({ invoices: 1, returnInvoices: 2, returnLines: 2, net: '5.945', buyers: 1 });
  });

  it('leave out what had been keyed by mistake', async () => {
    const { query } = await after(purchase({ receipt: '1' }), purchase({ receipt: '2' }), voided('1'));
    const { identified } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified).toMatchObject({ invoices: 1, gross: '135' });
  });

  it('count what somebody claimed as his, and as nobody’s no longer', async () => {
    const bought = purchase({ receipt: '1', anonymous: true });
    const back = returned({ receipt: 'R1', of: ['1'], account: 'r.manila-1~2~1', amount: 500 });
    const unclaimed = purchase({ receipt: '2', anonymous: true, amounts: [700] });
    const { query } = await after(bought, back, unclaimed, claimed(bought, back));
    const { identified, anonymous } = await monthlyPurchases(query, MAIN, 'PHP');
    expect(identified).toMatchObject({ invoices: 1, gross: '135', returnInvoices: 1, returned: '5', buyers: 1 });
    expect(anonymous).toMatchObject({ invoices: 1, gross: '7', returnInvoices: 0 });
    expect(await receiptOf(query, MAIN, manilaReceipt('1'))).toMatchObject({ account: 'cus_9', anonymous: 0 });
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
    expect(identified).toEqual({ ...sold(0, 0, 0, 0, '0'), buyers: 0, months: [] });
  });
});

const sold = (invoices: number, paidInvoices: number, lines: number, paidLines: number, gross: string) => ({
  invoices,
  paidInvoices,
  lines,
  paidLines,
  gross,
  returnInvoices: 0,
  returnLines: 0,
  returned: '0',
  net: gross,
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
