import {
  bought,
  confirmed,
  redemptionId,
  released,
  reserved,
  returned,
  usedOffline,
  voided,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { always, programme, terms } from '../../../testing/rule-sketches';
import type { StampCard } from '../../programmes';

const hour = (count: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + count * 3_600_000).toISOString();

/** One customer with a card for every `every` units; each step is an hour after the one before. */
class Washes {
  readonly story: AccountStory;
  private hours = 0;
  private count = 0;

  constructor(
    private readonly every: number,
    validity?: { readonly unit: 'day'; readonly count: number },
    card: Partial<StampCard> = {},
  ) {
    this.story = new AccountStory(
      always({
        timeZone: 'UTC',
        rules: [],
        rewards: [{ id: 'free', name: 'A free one', kind: 'service', ...(validity && { validity }) }],
        stampCards: [{ id: 'card', name: 'Card', collect: 'unit', every, reward: 'free', ...card }],
      }),
    );
  }

  private at(): string {
    return hour(++this.hours);
  }

  wait(hours: number): this {
    this.hours += hours;
    return this;
  }

  /** Buys so many and pays them. */
  pay(quantity: number): this {
    const lines = [{ sku: 'WASH', quantity, amount: quantity * 10 }];
    this.story.deliver(bought(`p${++this.count}`, { at: this.at(), lines }));
    return this;
  }

  /** Uses a reward on a receipt of its own. */
  free(): this {
    const name = `r${++this.count}`;
    const [issued = 'none'] = this.story.liveRewards();
    this.story.deliver(usedOffline(name, { at: this.at(), issued, reward: 'free' }));
    const payments = [{ kind: 'reward' as const, amount: 10, redemption: redemptionId(name), lines: [0] }];
    this.story.deliver(bought(`f${this.count}`, { at: this.at(), lines: [{ sku: 'WASH', amount: 10 }], payments }));
    return this;
  }

  voidFree(): this {
    this.story.deliver(voided(`f${this.count}`, { at: this.at() }));
    return this;
  }

  /** Returns so many, the newest first. */
  refund(quantity: number): this {
    let left = quantity;
    for (let receipt = this.count; receipt > 0 && left > 0; receipt--) {
      const fact = this.story.facts.find(
        ({ event }) => 'receipt' in event.data && event.data.receipt === `p${receipt}`,
      );
      if (fact?.event.type !== 'PurchaseRecorded') continue;
      const back = this.story.facts.reduce((sum, { event }) => {
        const of = event.type === 'PurchaseReturned' ? event.data.lines[0] : undefined;
        return of?.of?.endsWith(`~p${receipt}`) ? sum + of.quantity : sum;
      }, 0);
      const part = Math.min(left, (fact.event.data.lines[0]?.quantity ?? 0) - back);
      if (part === 0) continue;
      left -= part;
      const lines = [{ sku: 'WASH', quantity: part, amount: part * 10 }];
      this.story.deliver(returned(`b${this.hours}-${receipt}`, { at: this.at(), of: `p${receipt}`, lines }));
    }
    return this;
  }

  reserve(name: string): this {
    const [issued = 'none'] = this.story.liveRewards();
    this.story.deliver(reserved(name, { at: this.at(), issued, reward: 'free', minutes: 600 }));
    return this;
  }

  confirm(name: string): this {
    this.story.deliver(confirmed(name, { at: this.at() }));
    return this;
  }

  release(name: string): this {
    this.story.deliver(released(name, { at: this.at() }));
    return this;
  }

  /** S, used, live, owed. */
  get row(): readonly number[] {
    return this.story.card(this.every);
  }
}

describe('F1.3 S39 a discount after every five pairs', () => {
  const pairs = () => new Washes(5);

  it('F1.3 4,0,0 +1: 5,0,1,0, exactly one, over several purchases', () => {
    const card = pairs().pay(1).pay(1).pay(2);
    expect(card.row).toEqual([4, 0, 0, 0]);
    expect(card.pay(1).row).toEqual([5, 0, 1, 0]);
  });

  it('F1.3 0,0,0 +10: 10,0,2,0', () => expect(pairs().pay(10).row).toEqual([10, 0, 2, 0]));

  it('F1.3 5,0,1 -1; then +1: 4,0,0,0; 5,0,1,0 (generation 2)', () => {
    const card = pairs().pay(5).refund(1);
    expect(card.row).toEqual([4, 0, 0, 0]);
    expect(card.pay(1).row).toEqual([5, 0, 1, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~1~2']);
  });

  it('F1.3 10,0,2 -6; +1; +5: 4,0,0,0; 5,0,1,0; 10,0,2,0 (each its generation 2)', () => {
    const card = pairs().pay(10).refund(6);
    expect(card.row).toEqual([4, 0, 0, 0]);
    expect(card.pay(1).row).toEqual([5, 0, 1, 0]);
    expect(card.pay(5).row).toEqual([10, 0, 2, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~1~2', 'main~card~2~2']);
  });

  it('F1.3 5,1,0 -1; +1; +5: 4,1,0,-1; 5,1,0,0; 10,1,1,0', () => {
    const card = pairs().pay(5).free();
    expect(card.row).toEqual([5, 1, 0, 0]);
    expect(card.refund(1).row).toEqual([4, 1, 0, -1]);
    expect(card.pay(1).row).toEqual([5, 1, 0, 0]);
    expect(card.pay(5).row).toEqual([10, 1, 1, 0]);
  });

  it('F1.3 10,1,1 -1: 9,1,0,0', () => expect(pairs().pay(10).free().refund(1).row).toEqual([9, 1, 0, 0]));

  it('F1.3 10,2,0 -6; +6: 4,2,0,-2; 10,2,0,0', () => {
    const card = pairs().pay(10).free().free();
    expect(card.refund(6).row).toEqual([4, 2, 0, -2]);
    expect(card.pay(6).row).toEqual([10, 2, 0, 0]);
  });

  it('F1.3 5,0,0 (1 expired) -1; +1: 4,0,0,-1; 5,0,0,0', () => {
    const card = new Washes(5, { unit: 'day', count: 1 }).pay(5).wait(72).refund(1);
    expect(card.row).toEqual([4, 0, 0, -1]);
    expect(card.pay(1).row).toEqual([5, 0, 0, 0]);
  });

  it('F1.3 5,0,1 reserved -1: 4,0,1,-1; confirm 4,1,0,-1; release 4,0,0,0', () => {
    const held = () => pairs().pay(5).reserve('r').refund(1);
    expect(held().row).toEqual([4, 0, 1, -1]);
    expect(held().confirm('r').row).toEqual([4, 1, 0, -1]);
    expect(held().release('r').row).toEqual([4, 0, 0, 0]);
  });

  it('F1.3 5,0,1 exchange on one receipt: unchanged', () => {
    const card = pairs().pay(5);
    const at = hour(20);
    card.story.deliver(
      bought('x', { at, lines: [{ sku: 'WASH', quantity: 1, amount: 10 }] }),
      returned('x', { at, of: 'p1', lines: [{ sku: 'WASH', quantity: 1, amount: 10 }] }),
    );
    expect(card.row).toEqual([5, 0, 1, 0]);
  });

  it('F1.3 0,0,0 -1 unmatched: unchanged', () => {
    const card = pairs();
    card.story.deliver(returned('x', { at: hour(1), of: 'unknown', lines: [{ sku: 'WASH', amount: 10 }] }));
    card.story.deliver(returned('y', { at: hour(2), lines: [{ sku: 'WASH', amount: 10 }] }));
    expect(card.row).toEqual([0, 0, 0, 0]);
  });
});

describe('F1.4 S39 a free cone for every ten', () => {
  it('F1.4 10 issue one; 23 issue 2 and carry 3', () => {
    expect(new Washes(10).pay(10).row).toEqual([10, 0, 1, 0]);
    expect(new Washes(10).pay(23).row).toEqual([23, 0, 2, 0]);
  });

  it('F1.4 if both free cones are taken later, 23 paid + 2 free still carry 3', () => {
    expect(new Washes(10).pay(23).free().free().row).toEqual([23, 2, 0, 0]);
  });
});

describe('F1.5 S39 a free wash after every six paid ones', () => {
  const washes = () => new Washes(6);

  it('F1.5 6 paid; 1 free; 6 paid (13 washes): 6,0,1,0; 6,1,0,0; 12,1,1,0', () => {
    const card = washes().pay(6);
    expect(card.row).toEqual([6, 0, 1, 0]);
    expect(card.free().row).toEqual([6, 1, 0, 0]);
    expect(card.pay(6).row).toEqual([12, 1, 1, 0]);
  });

  it('F1.5 13 paid: 13,0,2,0', () => expect(washes().pay(13).row).toEqual([13, 0, 2, 0]));
  it('F1.5 6,0,1 refund 1: 5,0,0,0', () => expect(washes().pay(6).refund(1).row).toEqual([5, 0, 0, 0]));

  it('F1.5 6,1,0 refund 1; then 1 paid: 5,1,0,-1; 6,1,0,0', () => {
    const card = washes().pay(6).free().refund(1);
    expect(card.row).toEqual([5, 1, 0, -1]);
    expect(card.pay(1).row).toEqual([6, 1, 0, 0]);
  });

  it('F1.5 12,1,1 refund 1: 11,1,0,0', () => {
    expect(washes().pay(6).free().pay(6).refund(1).row).toEqual([11, 1, 0, 0]);
  });

  it('F1.5 12,2,0 refund 1: 11,2,0,-1', () => {
    expect(washes().pay(12).free().free().refund(1).row).toEqual([11, 2, 0, -1]);
  });

  it('F1.5 6,1,0 free wash voided: 6,0,1,0', () => {
    expect(washes().pay(6).free().voidFree().row).toEqual([6, 0, 1, 0]);
  });

  it('F1.5 6,1,0 free wash voided; refund 1; then 1 paid: 6,0,1,0 (generation 2), for it was not used after all', () => {
    const card = washes().pay(6).free().voidFree().refund(1);
    expect(card.row).toEqual([5, 0, 0, 0]);
    expect(card.pay(1).row).toEqual([6, 0, 1, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~1~2']);
  });

  it('F1.5 12,2,0 second free wash voided; 6 paid: 18,1,2,0, and the first stays used', () => {
    const card = washes().pay(12).free().free().voidFree().pay(6);
    expect(card.row).toEqual([18, 1, 2, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~2~1', 'main~card~3~1']);
  });

  it('F1.5 6,0,1 paid washes voided: 0,0,0,0, told as given and taken back', () => {
    const card = washes().pay(6);
    card.story.deliver(voided('p1', { at: hour(20) }));
    expect(card.row).toEqual([0, 0, 0, 0]);
    const decisions = card.story.derivedLedger().entries.flatMap((entry) => entry.decisions);
    expect(decisions.flatMap(({ type, data }) => (type === 'StampsCollected' ? [data.milli] : []))).toEqual([
      6_000, -6_000,
    ]);
  });

  it('F1.5 5,0,0 half coupon, half cash: 6,0,1,0', () => {
    const card = washes().pay(5);
    card.story.deliver(bought('h', { at: hour(30), lines: [{ sku: 'WASH', amount: 5, discount: 5 }] }));
    expect(card.row).toEqual([6, 0, 1, 0]);
  });

  it('F1.5 5,0,0 all points, or price 0: 5,0,0,0', () => {
    const card = washes().pay(5);
    card.story.deliver(
      bought('a', { at: hour(30), amount: 10, payments: [{ kind: 'points', amount: 10 }] }),
      bought('b', { at: hour(31), amount: 0 }),
    );
    expect(card.row).toEqual([5, 0, 0, 0]);
  });
});

describe('stamp cards', () => {
  it('are filled a thousand times by one purchase, and by no more: it is refused before anything is made', () => {
    const card = new Washes(5).pay(5_000);
    expect(card.row).toEqual([5_000, 0, 1_000, 0]);
    expect(() => new Washes(5).pay(1_000_000_000)).toThrow('PointsTooMany');
  });

  it('S26 one reward used twice offline counts once: the second is the outlet’s', () => {
    const card = new Washes(5).pay(5);
    const [issued = ''] = card.story.liveRewards();
    card.story.deliver(
      usedOffline('a', { at: hour(20), issued, reward: 'free' }),
      usedOffline('b', { at: hour(21), issued, reward: 'free' }),
    );
    expect(card.row).toEqual([5, 1, 0, 0]);
  });

  it('S39 an offline use of a revoked reward counts as used: what is owed goes below nothing', () => {
    const card = new Washes(5).pay(5);
    const [issued = ''] = card.story.liveRewards();
    card.refund(1);
    card.story.deliver(usedOffline('a', { at: hour(20), issued, reward: 'free' }));
    expect(card.row).toEqual([4, 1, 0, -1]);
  });

  it('S25 a reward that is held and released is free again; no wallet has part in it', () => {
    const card = new Washes(5).pay(5).reserve('r').release('r');
    expect(card.row).toEqual([5, 0, 1, 0]);
    expect(card.story.account).toMatchObject({ wallets: [], reservations: [] });
    expect(card.refund(1).row).toEqual([4, 0, 0, 0]);
  });

  it('S11 one that was promised is given though the revoked one before it was used offline meanwhile', () => {
    const card = new Washes(5).pay(5);
    const [revoked = ''] = card.story.liveRewards();
    card.refund(1).pay(1).reserve('r');
    card.story.deliver(usedOffline('a', { at: hour(6), issued: revoked, reward: 'free' }));
    expect(card.row).toEqual([5, 1, 1, -1]);
    expect(card.wait(4).confirm('r').row).toEqual([5, 2, 0, -1]);
  });

  it('S39 of two that were revoked the one that was used offline is never issued again, the other is', () => {
    const card = new Washes(5).pay(10).refund(6);
    card.story.deliver(usedOffline('a', { at: hour(20), issued: 'main~card~1~1', reward: 'free' }));
    expect(card.row).toEqual([4, 1, 0, -1]);
    expect(card.wait(20).pay(6).row).toEqual([10, 1, 1, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~2~2']);
    expect(card.story.account.cards).toMatchObject([{ revoked: [] }]);
  });

  it('S39 a reward counts its generations, however often it is revoked', () => {
    const card = new Washes(5).pay(5);
    for (let times = 0; times < 10; times++) card.refund(1).pay(1);
    expect(card.story.liveRewards()).toEqual(['main~card~1~11']);
  });

  it('S26 of two rewards the one that is named is used', () => {
    const card = new Washes(5).pay(10);
    card.story.deliver(usedOffline('a', { at: hour(20), issued: 'main~card~2~1', reward: 'free' }));
    expect(card.row).toEqual([10, 1, 1, 0]);
    expect(card.story.liveRewards()).toEqual(['main~card~1~1']);
  });

  it('S11 a reward is held for whom it was promised first, whatever becomes of a second promise', () => {
    const card = new Washes(5).pay(5).reserve('r').reserve('s').release('s').refund(1);
    expect(card.row).toEqual([4, 0, 1, -1]);
    expect(card.confirm('r').row).toEqual([4, 1, 0, -1]);
  });

  it('S25 a reward that is held does not expire; released after its end it does', () => {
    // It ends in hour 48, and is held from hour 45 to hour 55.
    const held = () => new Washes(5, { unit: 'day', count: 1 }).pay(5).wait(43).reserve('r').wait(4);
    const ends = (card: Washes) =>
      card.story.account.cards.map(({ used, expired, live }) => [used, expired, live.length]);
    expect(ends(held().pay(1))).toEqual([[0, 0, 1]]);
    expect(ends(held().confirm('r'))).toEqual([[1, 0, 0]]);
    expect(ends(held().release('r'))).toEqual([[0, 1, 0]]);
    expect(ends(held().wait(6).pay(1))).toEqual([[0, 1, 0]]);
  });

  it('S39 nothing is issued by a return, though a reward of fewer stamps was given up for one of more', () => {
    const kind = (every: number) =>
      programme({
        timeZone: 'UTC',
        rules: [],
        rewards: [{ id: 'free', name: 'A free one', kind: 'service' }],
        stampCards: [{ id: 'card', name: 'Card', collect: 'unit', every, reward: 'free' }],
      });
    const pairs = (quantity: number) => ({ lines: [{ sku: 'PAIR', quantity, amount: quantity * 10 }] });
    const story = new AccountStory(terms({ main: { '2026-01-01': kind(8), '2026-02-01': kind(10) } })).deliver(
      bought('1', { at: '2026-01-01', ...pairs(7) }),
      bought('2', { at: '2026-02-01', ...pairs(2) }),
      returned('3', { at: '2026-02-02', of: '1', ...pairs(1) }),
    );
    expect(story.account.cards).toMatchObject([{ milli: 8_000, live: [] }]);
    expect(story.deliver(bought('4', { at: '2026-02-03', ...pairs(2) })).card(10)).toEqual([10, 0, 1, 0]);
  });

  it('kept on returns where the card says so', () => {
    expect(new Washes(5, undefined, { returns: 'keep' }).pay(5).refund(2).row).toEqual([5, 0, 1, 0]);
  });

  it('by visits count receipts, whatever is on them', () => {
    expect(new Washes(2, undefined, { collect: 'visit' }).pay(7).pay(1).row).toEqual([2, 0, 1, 0]);
  });
});
