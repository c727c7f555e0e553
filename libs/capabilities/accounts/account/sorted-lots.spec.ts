import fc from 'fast-check';
import type { LotKey } from '../../../kernel/ids';
import { activationOrder, SortedLots, spendOrder, type Lot } from './sorted-lots';

const lot = (key: string, more: Partial<Lot> = {}): Lot => ({
  key: key as LotKey,
  fact: key,
  points: 10,
  earnedAt: 0,
  activeAt: 0,
  expiresAt: null,
  ...more,
});
const keys = (lots: Iterable<Lot>): readonly string[] => [...lots].map(({ key }) => key);
const numbered = (count: number): readonly Lot[] =>
  Array.from({ length: count }, (_, index) => lot(`lot-${index}`, { expiresAt: index * 10 }));

describe('S15 the order in which lots are spent', () => {
  const inOrder = [
    lot('d', { expiresAt: 1, activeAt: 9, earnedAt: 9 }),
    lot('c', { expiresAt: 2, activeAt: 1, earnedAt: 9 }),
    lot('b', { expiresAt: 2, activeAt: 2, earnedAt: 1 }),
    lot('a', { expiresAt: 2, activeAt: 2, earnedAt: 2 }),
    lot('e', { expiresAt: 2, activeAt: 2, earnedAt: 2 }),
    lot('0', { expiresAt: null, activeAt: 0, earnedAt: 0 }),
    lot('1', { expiresAt: null, activeAt: 0, earnedAt: 0 }),
  ];

  it('is by their end, then when they became active, then when they were earned, then their key; without end last', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (told) => {
        expect(keys(SortedLots.of(spendOrder, told))).toEqual(['d', 'c', 'b', 'a', 'e', '0', '1']);
      }),
    );
  });

  it('of pending lots is by when they become active, and only then by their end', () => {
    const pending = [lot('b', { activeAt: 1, expiresAt: null }), lot('a', { activeAt: 2, expiresAt: 3 })];
    expect(keys(SortedLots.of(activationOrder, pending))).toEqual(['b', 'a']);
    const together = [lot('a', { activeAt: 1, expiresAt: null }), lot('b', { activeAt: 1, expiresAt: 3 })];
    expect(keys(SortedLots.of(activationOrder, together))).toEqual(['b', 'a']);
  });
});

describe('S15 a customer of many lots', () => {
  it.each([63, 64, 65, 128, 129, 1_000])('keeps %i of them in order, whichever of them comes when', (count) => {
    const lots = numbered(count);
    const orders = [lots, [...lots].reverse(), lots.filter((_, index) => index % 2 === 0)];
    orders.push([...(orders[2] ?? []), ...lots.filter((_, index) => index % 2 === 1)]);
    for (const told of orders) {
      const held = told.reduce((sorted, one) => sorted.add(one), SortedLots.none(spendOrder));
      const expected = keys(lots.filter((one) => told.includes(one)));
      expect(keys(held)).toEqual(expected);
      expect(held.first).toBe(lots[0]);
      expect(keys(SortedLots.of(spendOrder, told))).toEqual(expected);
    }
  });

  it.each([1, 64, 65, 130])(
    'of %i loses the one that is used up and keeps the rest of the one that is not',
    (count) => {
      const lots = numbered(count);
      for (const one of lots) {
        const held = SortedLots.of(spendOrder, lots);
        const others = lots.filter((other) => other !== one);
        expect([...held.leave(one, 0)]).toEqual(others);
        expect([...held.leave(one, 4)]).toEqual(lots.map((other) => (other === one ? { ...one, points: 4 } : other)));
        expect([...held]).toEqual(lots);
      }
    },
  );

  it('spends all of them, first to last, and then has none', () => {
    let held = SortedLots.of(spendOrder, [...numbered(300)].reverse());
    const spent: Lot[] = [];
    for (let first = held.first; first !== undefined; first = held.first) {
      spent.push(first);
      held = held.leave(first, 0);
    }
    expect(spent).toEqual(numbered(300));
    expect([...held]).toEqual([]);
  });
});

describe('L.1 lots that live on with what is earned', () => {
  const [ended, lasting, endless] = [
    lot('a', { expiresAt: 10 }),
    lot('b', { expiresAt: 30, activeAt: 1 }),
    lot('c', { expiresAt: null }),
  ];

  it('live at least until then: none is shortened, and one that never ends does not begin to', () => {
    const held = SortedLots.of(spendOrder, [ended, lasting, endless]);
    expect([...held.extend(20)]).toEqual([{ ...ended, expiresAt: 20 }, lasting, endless]);
    expect([...held.extend(30)]).toEqual([{ ...ended, expiresAt: 30 }, lasting, endless]);
    expect([...held.extend(10)]).toEqual([ended, lasting, endless]);
  });

  it('that then end together are spent by when they became active', () => {
    const held = SortedLots.of(spendOrder, [lot('old', { expiresAt: 20, activeAt: 5 }), lot('new', { expiresAt: 30 })]);
    expect(keys(held)).toEqual(['old', 'new']);
    expect(keys(held.extend(30))).toEqual(['new', 'old']);
  });
});
