import { adjusted, bought, returned, usedOffline } from '../../../testing/account-facts';
import { atOnce } from '../../../kernel/sliced';
import { always, onePointPer } from '../../../testing/rule-sketches';
import { foldAccount } from '../account/account.ledger';
import type { AccountFact } from '../account/effective-order';
import { TotalsOfAccounts } from './ledger-totals';

const rules = always({
  rules: [onePointPer('1.00')],
  stampCards: [{ id: 'card', name: 'card', collect: 'unit', every: 3, reward: 'free' }],
  rewards: [
    { id: 'free', name: 'free', kind: 'service' },
    { id: 'gift', name: 'gift', kind: 'product', cost: { wallet: 'points', points: 30 } },
  ],
});

const cones = (receipt: string, at: string, quantity: number) =>
  bought(receipt, { at, lines: [{ sku: 'CONE', quantity, amount: 10 * quantity }] });

/** 70 points less 30 spent; seven stamps, two rewards of which one is used. */
const ann = [
  cones('1', '2026-03-01', 4),
  cones('2', '2026-03-02', 3),
  usedOffline('1', { at: '2026-03-03', cost: 30 }),
  usedOffline('2', { at: '2026-03-04', issued: 'main~card~1~1', reward: 'free' }),
];
/** 20 points, all of them returned, after 5 had been taken: 5 owed; no stamp is left. */
const bob = [
  cones('3', '2026-03-01', 2),
  adjusted('a', -5, { at: '2026-03-02' }),
  returned('4', { at: '2026-03-05', of: '3', lines: [{ sku: 'CONE', quantity: 2, amount: 20 }] }),
];

function totalsOf(asOf: string, ...accounts: readonly (readonly AccountFact[])[]) {
  const at = Date.parse(asOf);
  const totals = new TotalsOfAccounts(rules, at);
  for (const facts of accounts) totals.add(atOnce(foldAccount(facts, rules, { asOf: at })).account);
  return totals.value();
}

describe('the totals of all accounts', () => {
  it('are the sums of what each holds, wallet by wallet and card by card', () => {
    const { accounts, wallets, cards } = totalsOf('2026-04-01T00:00:00Z', ann, bob, []) ?? {};
    expect(accounts).toBe(2);
    expect(wallets).toMatchObject([
      {
        programme: 'main',
        wallet: 'points',
        balance: 35,
        ...{ earned: 90, available: 40, spent: 30, reversed: 15, adjustedDown: 5, debt: 5, debtIncurred: 5 },
      },
    ]);
    expect(cards).toEqual([
      {
        programme: 'main',
        card: 'card',
        milli: 7_000,
        issued: 2,
        used: 1,
        expired: 0,
        live: 1,
        completed: 2,
        openStamps: 1,
        customersWithACompletedCard: 1,
      },
    ]);
  });

  it('are of an instant: what acts later is in none of them', () => {
    const early = totalsOf('2026-03-01T12:00:00Z', ann, bob);
    expect(early).toMatchObject({
      accounts: 2,
      wallets: [{ balance: 60, spent: 0 }],
      cards: [{ milli: 6_000, issued: 1 }],
    });
    expect(totalsOf('2026-02-01T00:00:00Z', ann, bob)).toEqual({ accounts: 0, wallets: [], cards: [] });
  });

  it('are not told where a sum is more than numbers count exactly', () => {
    const rich = [adjusted('r', 9e15, { at: '2026-03-01' })];
    const poor = [adjusted('p', 9e15, { at: '2026-03-01' })];
    expect(totalsOf('2026-04-01T00:00:00Z', rich)?.wallets).toMatchObject([{ balance: 9e15 }]);
    expect(totalsOf('2026-04-01T00:00:00Z', rich, poor)).toBeUndefined();
  });
});
