import type { AccountId, TenantId } from '../../../kernel/ids';
import { because, purchase } from '../../../testing/account-history';
import { RecordedHistory } from '../../../testing/recorded-history';
import { projectAll, type TemporaryReadModels } from '../../../testing/temporary-read-store';
import { balancesOf } from '../account-balance/account-balance.query';
import { accountBalance } from '../account-balance/account-balance.projection';
import { receiptOf } from '../purchase-receipt/purchase-receipt.query';
import { purchaseReceipt } from '../purchase-receipt/purchase-receipt.projection';
import type { ReceiptKey } from '../../../kernel/ids';
import { accountEntries } from './account-entries.projection';
import { entriesOf, entryAt, entryId, entryPlace, type EntryPlace } from './account-entries.query';

const MAIN = 'main' as TenantId;
const ANN = 'ann' as AccountId;
let models: TemporaryReadModels;
let history: RecordedHistory;

beforeAll(async () => {
  history = new RecordedHistory();
  for (let receipt = 0; receipt < 7; receipt++) {
    history.append(purchase({ receipt: `a${receipt}`, account: 'ann', earned: { points: receipt + 1, stars: 1 } }));
    history.append(purchase({ receipt: `b${receipt}`, account: 'bob', earned: { points: 100 } }));
  }
  history.append(purchase({ receipt: 'late', account: 'ann', corrected: { points: 5, stars: 2 } }));
  history.append(purchase({ receipt: 'x', account: 'ann', tenant: 'other', earned: { points: 9_000 } }));
  models = await projectAll(history, [accountBalance, accountEntries, purchaseReceipt]);
});
afterAll(() => models.dispose());

describe('what is read of an account', () => {
  it('pages through the entries, newest first, each once, with stable ids', async () => {
    const ids: string[] = [];
    const points: number[] = [];
    let after: EntryPlace | undefined;
    for (let page = 0; page < 10; page++) {
      const found = await entriesOf(models.query, MAIN, ANN, { ...(after && { after }), limit: 3 });
      ids.push(...found.entries.map(entryId));
      points.push(...found.entries.filter(({ wallet }) => wallet === 'points').map((entry) => entry.points));
      if (found.next === null) break;
      after = entryPlace(entryId(found.next));
    }
    expect(points).toEqual([5, 7, 6, 5, 4, 3, 2, 1]);
    expect(ids).toHaveLength(16);
    expect(new Set(ids).size).toBe(16);
    expect(ids.slice(0, 3)).toEqual(['36.1', '36.0', '32.0']);
  });

  it('ends a page that is exactly full', async () => {
    expect((await entriesOf(models.query, MAIN, ANN, { limit: 16 })).next).toBeNull();
  });

  it('finds one entry of the account by its id, and nobody else’s', async () => {
    expect(await entryAt(models.query, MAIN, ANN, { position: 1, line: 0 })).toMatchObject({ points: 1, because });
    expect(await entryAt(models.query, MAIN, 'bob' as AccountId, { position: 1, line: 0 })).toBeUndefined();
    expect(await entryAt(models.query, 'other' as TenantId, ANN, { position: 1, line: 0 })).toBeUndefined();
  });

  it.each(['', '1', '1.', '.1', '01.0', '1.0.0', '-1.0', '1.0 ', '9999999999999999.0', 'x'])(
    'knows that %p is no entry id',
    (text) => {
      expect(entryPlace(text)).toBeUndefined();
    },
  );

  it('finds the balances by wallet: the sum of the entries', async () => {
    const balances = await balancesOf(models.query, MAIN, ANN);
    expect(balances.map(({ wallet, available }) => [wallet, available])).toEqual([
      ['points', 33],
      ['stars', 9],
    ]);
    expect(await balancesOf(models.query, MAIN, 'nobody' as AccountId)).toEqual([]);
  });

  it('finds a receipt by its key', async () => {
    const key = 'manila-1~2~b3' as ReceiptKey;
    expect(await receiptOf(models.query, MAIN, key)).toMatchObject({ account: 'bob', gross: 13_500 });
    expect(await receiptOf(models.query, 'other' as TenantId, key)).toBeUndefined();
  });
});
