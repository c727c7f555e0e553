import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import { sales, tenantTerms } from '../../../testing/arbitrary-sales';
import { deliver } from '../../../testing/given-when-then';
import { foldAccount } from '../account/account.ledger';
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
    ).rowsOf(accountBalance);
    expect(wallets(rows)).toEqual([
      { wallet: 'points', available: 100, earned: 100 },
      { wallet: 'stars', available: 2, earned: 2 },
    ]);
  });

  it('S16 per wallet is the sum of the lots less debt, all that was earned while nothing is spent, late sales included', () => {
    const delivered = sales.chain((told) => fc.shuffledSubarray([...told], { minLength: told.length }));
    fc.assert(
      fc.property(tenantTerms, delivered, (terms, told) => {
        const { facts, drafts } = deliver(terms, told);
        const rows = given(
          ...drafts.map(({ events, occurredAt, effectiveAt }, index) => ({
            stream: 'account-main.cus_1',
            events,
            occurredAt,
            effectiveAt,
            recordedAt: told[index]?.now ?? 0,
          })),
        ).rowsOf(accountBalance);
        const sums = new Map<string, number>();
        for (const { programme, wallet, points } of atOnce(foldAccount(facts, terms)).entries.flatMap(
          ({ lots }) => lots,
        )) {
          sums.set(`${programme}.${wallet}`, (sums.get(`${programme}.${wallet}`) ?? 0) + points);
        }
        const balances = rows.map(({ programme, wallet, available, reserved, debt }): [string, number] => [
          `${programme}.${wallet}`,
          available + reserved - debt,
        ]);
        expect(new Map(balances.filter(([, balance]) => balance !== 0))).toEqual(sums);
        for (const { earned, pending, available, reserved } of rows)
          expect(earned).toBe(pending + available + reserved);
      }),
    );
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

  it('never goes below nothing: a correction that takes more than there is stops the line', () => {
    const history = given(purchase({ receipt: '1', corrected: { points: -1 } }));
    expect(() => history.rowsOf(accountBalance)).toThrow('takes more than');
  });
});
