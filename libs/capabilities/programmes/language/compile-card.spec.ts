import { rational } from '../../../kernel/rational';
import { basket } from '../../../testing/basket-sketches';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { compileZone } from '../programme/zone-table';
import { compileProgramme } from './compile-programme';
import type { EarningRule, StampCard } from './programme-document';

const WASH: Pick<StampCard, 'collect' | 'when'> = { collect: 'unit', when: { skus: ['WASH'] } };

function card(told: Pick<StampCard, 'collect' | 'when'>, rules: readonly EarningRule[] = [onePointPer('1.00')]) {
  const document = programme({
    rules,
    rewards: [{ id: 'free', name: 'A free one', kind: 'service' }],
    stampCards: [{ id: 'card', name: 'Card', every: 6, reward: 'free', ...told }],
  });
  const [compiled] = compileProgramme('main', 1, document, compileZone(document.timeZone)).cards;
  if (compiled === undefined) throw new Error('no card');
  return compiled;
}

describe('S39 the stamps a purchase brings', () => {
  const wash = (amount: number, quantityMilli = 1_000) => ({ sku: 'WASH', amount, quantityMilli });

  it('are the units on matching lines, in thousandths', () => {
    const { count } = card(WASH);
    expect(count(basket({ lines: [wash(20_000, 13_000), {}] }))).toBe(13_000);
    expect(count(basket({ lines: [wash(10_000, 500), wash(20_000)] }))).toBe(1_500);
    expect(count(basket({ lines: [{}] }))).toBe(0);
  });

  it('F1.5 half coupon and half cash is paid; all points, or price 0, is not', () => {
    const { count } = card(WASH);
    expect(count(basket({ lines: [wash(10_000)] }))).toBe(1_000);
    expect(count(basket({ lines: [wash(20_000)], paidInMoney: 10_000 }))).toBe(1_000);
    expect(count(basket({ lines: [wash(20_000)], paidInMoney: 0 }))).toBe(0);
    expect(count(basket({ lines: [wash(0), {}] }))).toBe(0);
  });

  it('F1.5 one minor unit in money is enough, its share spread over all lines', () => {
    const { count } = card(WASH);
    expect(count(basket({ lines: [wash(20_000)], paidInMoney: 1 }))).toBe(1_000);
    expect(count(basket({ lines: [wash(5_000), { amount: 15_000 }], paidInMoney: 4 }))).toBe(1_000);
    expect(count(basket({ lines: [wash(5_000), { amount: 15_000 }], paidInMoney: 3 }))).toBe(0);
    expect(count(basket({ lines: [wash(20_000)], paidInMoney: 10, moneyShare: rational(1, 20_001) }))).toBe(0);
  });

  it('F1.4 are of the purchase where the card collects visits', () => {
    const { count } = card({ collect: 'visit', when: { categories: ['ice-cream'] } });
    const cone = { category: 'ice-cream', quantityMilli: 3_000 };
    expect(count(basket({ lines: [cone, cone] }))).toBe(1_000);
    expect(count(basket({ lines: [{ ...cone, amount: 0 }, {}] }))).toBe(0);
    expect(count(basket())).toBe(0);
  });

  it('come only where the conditions of the whole purchase hold', () => {
    const { count } = card({ collect: 'unit', when: { outlets: ['north'], minimumAmount: '50' } });
    expect(count(basket())).toBe(1_000);
    expect(count(basket({ outlet: 'south' }))).toBe(0);
    expect(count(basket({ lines: [{ amount: 4_999 }] }))).toBe(0);
  });

  it('are not touched by what excludes lines from earning points', () => {
    const { count } = card(WASH, [
      onePointPer('1.00'),
      { id: 'no-washes', kind: 'exclusion', when: { skus: ['WASH'] } },
    ]);
    expect(count(basket({ lines: [wash(20_000)] }))).toBe(1_000);
  });

  it('S24 are none in another currency than the programme’s', () => {
    expect(card(WASH).count(basket({ lines: [wash(20_000)], currency: 'USD' }))).toBe(0);
  });
});
