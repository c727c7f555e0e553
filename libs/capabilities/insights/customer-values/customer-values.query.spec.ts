import fc from 'fast-check';
import type { TenantId } from '../../../kernel/ids';
import { purchase } from '../../../testing/account-history';
import { RecordedHistory, type GivenAppend } from '../../../testing/recorded-history';
import { returned, voided } from '../../../testing/return-history';
import { projectAll } from '../../../testing/temporary-read-store';
import { purchaseReceipt } from '../../accounts/purchase-receipt/purchase-receipt.projection';
import { sumOfMoney } from '../monthly-purchases/money-sum';
import { customerValues, type CustomerValues, type ValuesWanted } from './customer-values.query';

const MAIN = 'main' as TenantId;

async function valuesAfter(
  appends: readonly GivenAppend[],
  wanted: Partial<ValuesWanted> = {},
): Promise<CustomerValues> {
  const history = new RecordedHistory();
  for (const append of appends) history.append(append);
  const models = await projectAll(history, [purchaseReceipt]);
  try {
    return await customerValues(models.query, MAIN, { currency: 'PHP', top: 20, ...wanted });
  } finally {
    await models.dispose();
  }
}

const november = '2026-11-20T10:00:00+08:00';
const december = '2026-12-01T00:00:00+08:00';

describe('what customers are worth', () => {
  it('is what they bought less what they brought back, the best first, and nobody’s purchases apart', async () => {
    const values = await valuesAfter([
      purchase({ receipt: '1', account: 'ann', amounts: [1_050, 0], occurredAt: november }),
      purchase({ receipt: '2', account: 'ann', amounts: [1_999], decimals: 3, occurredAt: november }),
      returned({ receipt: 'R1', account: 'ann', of: ['1'], amount: 260, occurredAt: december }),
      purchase({ receipt: '3', account: 'bob', amounts: [3_000], occurredAt: december }),
      returned({ receipt: 'R2', account: 'cid', amount: 540, occurredAt: december }),
      purchase({ receipt: '4', account: 'dot', amounts: [0], occurredAt: december }),
      returned({ receipt: 'R3', account: 'dot', amount: 0, occurredAt: december }),
      purchase({ receipt: '5', anonymous: true, amounts: [99_900] }),
      purchase({ receipt: '6', account: 'bob', tenant: 'other', amounts: [99_900] }),
      purchase({ receipt: '7', account: 'bob', currency: 'USD', amounts: [99_900] }),
      purchase({ receipt: '8', account: 'bob', amounts: [99_900] }),
      voided('8', 'bob'),
    ]);
    expect(values).toEqual({
      customers: { all: 4, buyers: 2, returning: 3, onlyReturning: 1, negativeNet: 1, negativeByReceipt: 1 },
      purchases: {
        invoices: 4,
        paidInvoices: 3,
        lines: 5,
        paidLines: 3,
        paidUnits: '3',
        articles: 1,
        gross: '42.499',
      },
      returns: { invoices: 3, lines: 3, returned: '8' },
      net: '34.499',
      wholeOfNet: '39',
      // 10 + 1 − 2 of ann, 30 of bob, −5 of cid.
      wholeByReceipt: '34',
      top: [
        { customerId: 'bob', gross: '30', returned: '0', net: '30', wholeOfNet: 30, wholeByReceipt: 30 },
        { customerId: 'ann', gross: '12.499', returned: '2.6', net: '9.899', wholeOfNet: 9, wholeByReceipt: 9 },
        { customerId: 'dot', gross: '0', returned: '0', net: '0', wholeOfNet: 0, wholeByReceipt: 0 },
        { customerId: 'cid', gross: '0', returned: '5.4', net: '-5.4', wholeOfNet: 0, wholeByReceipt: -5 },
      ],
    });
  });

  it('as of an instant counts what was strictly before', async () => {
    const bought = [november, december].map((occurredAt, index) => purchase({ receipt: String(index), occurredAt }));
    const asOf = (before: string): Promise<CustomerValues> => valuesAfter(bought, { before: Date.parse(before) });
    expect((await asOf(december)).net).toBe('135');
    expect((await asOf('2026-12-01T00:00:01+08:00')).net).toBe('270');
    expect(await asOf(november)).toMatchObject({ net: '0', customers: { all: 0 }, wholeOfNet: '0', top: [] });
  });

  it('names as many as wanted, equal ones in the order of their accounts', async () => {
    const bought = ['eve', 'dan', 'cat'].map((account, index) => purchase({ receipt: String(index), account }));
    const { top, customers } = await valuesAfter(bought, { top: 2 });
    expect(top.map(({ customerId }) => customerId)).toEqual(['cat', 'dan']);
    expect(customers.all).toBe(3);
  });

  it('is exact and rounded down, whatever the decimals and however large', async () => {
    const MOST = 8;
    const amount = fc.oneof(fc.nat(2_000_000), fc.nat(Math.floor(Number.MAX_SAFE_INTEGER / MOST)));
    const document = fc.record({ amount, decimals: fc.nat(4), isReturn: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: MOST }), async (documents) => {
        const values = await valuesAfter(
          documents.map(({ amount: paid, decimals, isReturn }, index) =>
            isReturn
              ? returned({ receipt: String(index), amount: paid, decimals })
              : purchase({ receipt: String(index), amounts: [paid], decimals }),
          ),
        );
        const parts = documents.map(({ amount: paid, decimals, isReturn }) => ({
          units: BigInt(isReturn ? -paid : paid),
          decimals,
        }));
        expect(values.net).toBe(sumOfMoney(parts));
        const tenThousandths = parts.reduce((sum, part) => sum + part.units * 10n ** BigInt(4 - part.decimals), 0n);
        expect(values.wholeOfNet).toBe(String(tenThousandths > 0n ? tenThousandths / 10_000n : 0n));
        expect(values.customers.negativeNet).toBe(tenThousandths < 0n ? 1 : 0);
        const byReceipt = parts.reduce((sum, part) => sum + part.units / 10n ** BigInt(part.decimals), 0n);
        expect(values.wholeByReceipt).toBe(String(byReceipt));
      }),
      { numRuns: 30 },
    );
  });
});
