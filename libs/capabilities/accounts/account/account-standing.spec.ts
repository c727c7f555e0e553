import type { RewardKey } from '../../../kernel/ids';
import { bought, reserved, returned, usedOffline } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { onePointPer, programme, terms } from '../../../testing/rule-sketches';
import { balancesOf, cardsOf, heldRewards, nameIn } from './account-standing';

const zone = { timeZone: 'UTC' };
const rewards = (validity?: { readonly unit: 'day'; readonly count: number }) =>
  [{ id: 'free', name: 'A free one', kind: 'service', ...(validity && { validity }) }] as const;
const card = (id: string, name: string, sku: string, every: number) =>
  ({ id, name, collect: 'unit', when: { skus: [sku] }, every, reward: 'free' }) as const;
const wallet = (id: string) => ({ id, name: `${id}!`, rounding: { mode: 'floor', scope: 'basket' } }) as const;

const coffee = programme({
  ...zone,
  rules: [onePointPer('2.00', { wallet: 'beans' })],
  wallets: [wallet('beans')],
  rewards: rewards(),
  stampCards: [card('card', 'Cups', 'CUP', 3)],
});
const main = programme({
  ...zone,
  rules: [onePointPer('1.00')],
  wallets: [wallet('points'), wallet('stars')],
  rewards: rewards({ unit: 'day', count: 9 }),
  stampCards: [card('other', 'Teas', 'TEA', 4), card('card', 'Washes', 'WASH', 5)],
});
const both = terms({ coffee: { '2026-01-01': coffee }, main: { '2026-01-01': main } });
const now = Date.parse('2026-01-20T00:00:00Z');

const story = () =>
  new AccountStory(both).deliver(
    bought('1', {
      at: '2026-01-10',
      lines: [
        { sku: 'CUP', quantity: 7, amount: 70 },
        { sku: 'WASH', quantity: 12.5, amount: 30 },
      ],
    }),
  );
const key = (name: string, ordinal: number): RewardKey => `${name}~card~${ordinal}~1` as RewardKey;

describe('what an account holds', () => {
  it('every wallet of the programmes in force, in their order, touched or not', () => {
    const none = { pending: 0, reserved: 0, debt: 0 };
    expect(balancesOf(story().account, both, now)).toEqual([
      { programme: 'coffee', wallet: 'beans', available: 50, ...none },
      { programme: 'main', wallet: 'points', available: 100, ...none },
      { programme: 'main', wallet: 'stars', available: 0, ...none },
    ]);
  });

  it('then what else it holds, of programmes that are not in force, or of wallets they no longer have', () => {
    const renamed = programme({
      ...zone,
      rules: [onePointPer('1.00', { wallet: 'stars' })],
      wallets: [wallet('stars')],
    });
    const later = terms({ main: { '2026-01-01': renamed } });
    expect(
      balancesOf(story().account, later, now).map(({ programme: of, wallet: id, available }) => [of, id, available]),
    ).toEqual([
      ['main', 'stars', 0],
      ['coffee', 'beans', 50],
      ['main', 'points', 100],
    ]);
  });

  it('S35 wallets of one name are told apart by programme', () => {
    const alike = (amount: string) => programme({ ...zone, rules: [onePointPer(amount)] });
    const two = terms({ coffee: { '2026-01-01': alike('2.00') }, main: { '2026-01-01': alike('1.00') } });
    const { account } = new AccountStory(two).deliver(bought('1', { at: '2026-01-10', amount: 100 }));
    const balances = (under: typeof two) =>
      balancesOf(account, under, now).map(({ programme: of, available }) => [of, available]);
    expect(balances(two)).toEqual([
      ['coffee', 50],
      ['main', 100],
    ]);
    // What is not in force any more comes last.
    expect(balances(terms({ main: { '2026-01-01': alike('1.00') } }))).toEqual([
      ['main', 100],
      ['coffee', 50],
    ]);
  });

  it('S16 where its points are', () => {
    const { account } = story().deliver(reserved('r', { at: '2026-01-11', cost: 30 }));
    expect(balancesOf(account, both, now)[1]).toMatchObject({ available: 70, reserved: 30, debt: 0 });
    const owing = story().deliver(usedOffline('r', { at: '2026-01-11', cost: 130 })).account;
    expect(balancesOf(owing, both, now)[1]).toMatchObject({ available: 0, reserved: 0, debt: 30 });
  });

  it('S39 every card of the programmes in force: what was collected since the last reward', () => {
    expect(cardsOf(story().account, both, now)).toEqual([
      { programme: 'coffee', card: 'card', stamps: 1, every: 3 },
      { programme: 'main', card: 'other', stamps: 0, every: 4 },
      { programme: 'main', card: 'card', stamps: 2.5, every: 5 },
    ]);
  });

  it('S39 used, expired and held rewards count as given; stamps owed for one that was used are below nothing', () => {
    const used = story().deliver(usedOffline('r', { at: '2026-01-11', issued: key('main', 1), reward: 'free' }));
    const stampsOf = ({ account }: AccountStory) => cardsOf(account, both, now)[2]?.stamps;
    expect(stampsOf(used)).toBe(2.5);
    // The other one has expired on 20 January.
    const back = (receipt: string, day: string, quantity: number) =>
      returned(receipt, { at: day, of: '1', lines: [{ sku: 'WASH', quantity, amount: 0 }] });
    expect(stampsOf(used.deliver(back('2', '2026-01-21', 2)))).toBe(0.5);
    expect(stampsOf(used.deliver(back('3', '2026-01-22', 1)))).toBe(-0.5);
  });

  it('the rewards that are free to be used, and until when', () => {
    const { account } = story().deliver(reserved('r', { at: '2026-01-11', issued: key('main', 2), reward: 'free' }));
    expect(heldRewards(account)).toEqual([
      { programme: 'coffee', reward: 'free', issued: key('coffee', 1), expiresAt: null },
      { programme: 'coffee', reward: 'free', issued: key('coffee', 2), expiresAt: null },
      { programme: 'main', reward: 'free', issued: key('main', 1), expiresAt: '2026-01-20T00:00:00.000Z' },
    ]);
  });

  it('by the names the programme gives them, or by their ids where it has none', () => {
    const name = (kind: Parameters<typeof nameIn>[0], id: string, of = 'main') =>
      nameIn(kind, { programme: of, id }, both, now);
    expect([name('wallets', 'stars'), name('stampCards', 'card'), name('rewards', 'free')]).toEqual([
      'stars!',
      'Washes',
      'A free one',
    ]);
    expect(name('stampCards', 'card', 'coffee')).toBe('Cups');
    expect([name('wallets', 'gone'), name('wallets', 'stars', 'gone')]).toEqual(['gone', 'stars']);
    const bare = terms({ main: { '2026-01-01': programme({ ...zone, rules: [] }) } });
    expect(nameIn('rewards', { programme: 'main', id: 'free' }, bare, now)).toBe('free');
  });
});
