import { purchase } from '../../../testing/account-history';
import { given } from '../../../testing/given-events';
import { accountBalance } from './account-balance.projection';

const wallets = (rows: readonly { wallet: string; available: number; earned: number }[]) =>
  rows.map(({ wallet, available, earned }) => ({ wallet, available, earned }));

describe('the balance of an account', () => {
  it('L.1 is the sum of its lots, wallet by wallet', () => {
    const rows = given(
      purchase({ receipt: '1', earned: { points: 135, stars: 1 } }),
      purchase({ receipt: '2', earned: { points: 40 } }),
    ).rowsOf(accountBalance);
    expect(wallets(rows)).toEqual([
      { wallet: 'points', available: 175, earned: 175 },
      { wallet: 'stars', available: 1, earned: 1 },
    ]);
    expect(rows[0]).toMatchObject({ tenant: 'main', account: 'cus_1', pending: 0, reserved: 0, debt: 0, revision: 4 });
  });

  it('S14 moves by the net of what a late purchase changed', () => {
    const rows = given(
      purchase({ receipt: '1', earned: { points: 80 } }),
      purchase({ receipt: '2', corrected: { points: 20, stars: 2 } }),
      purchase({ receipt: '3', corrected: { points: -30 } }),
    ).rowsOf(accountBalance);
    expect(wallets(rows)).toEqual([
      { wallet: 'points', available: 70, earned: 70 },
      { wallet: 'stars', available: 2, earned: 2 },
    ]);
  });

  it('keeps accounts and tenants apart', () => {
    const rows = given(
      purchase({ receipt: '1', earned: { points: 1 } }),
      purchase({ receipt: '1', earned: { points: 2 }, tenant: 'other' }),
      purchase({ receipt: '3', earned: { points: 4 }, account: 'cus_2' }),
    ).rowsOf(accountBalance);
    expect(rows.map(({ tenant, account, available }) => [tenant, account, available])).toEqual([
      ['main', 'cus_1', 1],
      ['other', 'cus_1', 2],
      ['main', 'cus_2', 4],
    ]);
  });

  it('has no row for a purchase that earned nothing', () => {
    expect(given(purchase({ receipt: '1' })).rowsOf(accountBalance)).toEqual([]);
  });
});
