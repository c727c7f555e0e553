import { modelLedger, type ModelFact } from './ledger-model';
import { day, under } from './model-sketches';
import {
  confirmed,
  receiptKey,
  redemption,
  redemptionId,
  released,
  reported,
  reserved,
  returned,
  rewardKey,
  sold,
  voided,
} from './told-facts';

type CardState = readonly [stamps: number, used: number, live: number, owed: number];

/** One account under a card of every n units, told in the words of the tables; the clock moves an hour a word. */
class CardStory {
  private readonly facts: ModelFact[] = [];
  private hour = 0;

  constructor(
    private readonly every: number,
    private readonly validityDays?: number,
  ) {}

  bought(quantity: number, receipt = `${this.facts.length}`, more: Partial<Parameters<typeof sold>[0]> = {}): this {
    return this.tell(
      sold({ receipt, at: this.now(), lines: [{ sku: 'A', quantity, amount: 100 * quantity }], ...more }),
    );
  }

  back(quantity: number, of: string | undefined = '0'): this {
    const line = { sku: 'A', quantity, amount: 100 * quantity, of: receiptKey(of) };
    return this.tell(returned({ receipt: `back${this.facts.length}`, at: this.now(), lines: [line] }));
  }

  used(ordinal: number, generation = 1): this {
    const issued = { issued: rewardKey('card', ordinal, generation) };
    return this.tell(reported(redemption(`use${ordinal}`, 0, issued), { at: this.now() }));
  }

  tell(...facts: readonly ModelFact[]): this {
    this.facts.push(...facts);
    return this;
  }

  now(): string {
    this.hour++;
    return new Date(Date.parse('2026-01-01T00:00:00Z') + this.hour * 3_600_000).toISOString();
  }

  wait(days: number): this {
    this.hour += 24 * days;
    return this;
  }

  is(...[stamps, used, live, owed]: CardState): this {
    const reward = { id: 'gift', name: 'gift', kind: 'product' } as const;
    const validity =
      this.validityDays === undefined ? {} : { validity: { unit: 'day', count: this.validityDays } as const };
    const programmes = under({
      stampCards: [{ id: 'card', name: 'card', collect: 'unit', every: this.every, reward: 'gift' }],
      rewards: [{ ...reward, ...validity }],
    });
    for (const told of [this.facts, [...this.facts].reverse()]) {
      const { cards } = modelLedger(programmes, told, Date.parse(this.now()));
      const found = cards[0] ?? { stamps: 0, used: 0, live: 0, owed: 0 };
      expect({ ...found }).toMatchObject({ stamps: stamps * 1000, used, live, owed });
    }
    return this;
  }
}

describe('the model: a discount after every five pairs, line by line of F1.3', () => {
  const five = (): CardStory => new CardStory(5);

  it('the model: the 5th issues one, ten issue two', () => {
    five().bought(4).is(4, 0, 0, 0).bought(1).is(5, 0, 1, 0);
    five().bought(10).is(10, 0, 2, 0);
  });

  it('the model: one back revokes it, one more issues it again', () => {
    five().bought(5).back(1).is(4, 0, 0, 0).bought(1).is(5, 0, 1, 0);
    five().bought(5).back(1).bought(1).used(1, 1).is(5, 1, 0, 0);
    five().bought(5).back(1).bought(1).used(1, 2).is(5, 1, 0, 0);
  });

  it('the model: one back after it was used is a reward debt, paid by the next', () => {
    five().bought(5).used(1).back(1).is(4, 1, 0, -1).bought(1).is(5, 1, 0, 0).bought(5).is(10, 1, 1, 0);
    five().bought(10).used(1).is(10, 1, 1, 0).back(1).is(9, 1, 0, 0);
    five().bought(10).used(1).used(2).back(6).is(4, 2, 0, -2).bought(6).is(10, 2, 0, 0);
  });

  it('the model: one that expired was issued all the same', () => {
    new CardStory(5, 1).bought(5).wait(3).is(5, 0, 0, 0).back(1).is(4, 0, 0, -1).bought(1).is(5, 0, 0, 0);
  });

  it('the model: one that is reserved is not revoked until it is free', () => {
    const story = (): CardStory => {
      const told = five().bought(5);
      const data = redemption('r', 0, { issued: rewardKey('card', 1) });
      return told
        .tell(reserved(data, told.now(), day('2026-02-01')))
        .back(1)
        .is(4, 0, 1, -1);
    };
    const confirming = story();
    confirming.tell(confirmed('r', confirming.now())).is(4, 1, 0, -1);
    const releasing = story();
    releasing.tell(released('r', releasing.now())).is(4, 0, 0, 0);
    story().wait(40).is(4, 0, 0, 0);
  });

  it('the model: an exchange and a return that matches nothing change nothing', () => {
    const exchange = five().bought(5);
    const at = exchange.now();
    const line = { sku: 'A', quantity: 1, amount: 100 };
    exchange
      .tell(sold({ receipt: '9', at, lines: [line] }))
      .tell(returned({ receipt: '9', at, lines: [{ ...line, of: receiptKey('0') }] }))
      .is(5, 0, 1, 0);
    five().back(1, 'unknown').is(0, 0, 0, 0);
  });
});

describe('the model: a free wash after every six paid, line by line of F1.5', () => {
  const six = (): CardStory => new CardStory(6);
  const free = (story: CardStory, receipt = 'free', use = 'use1'): CardStory =>
    story.bought(1, receipt, { payments: [{ kind: 'reward', amount: 100, redemption: redemptionId(use) }] });

  it('the model: a free wash is no stamp', () => {
    const story = six().bought(6).is(6, 0, 1, 0).used(1);
    free(story).is(6, 1, 0, 0).bought(6).is(12, 1, 1, 0);
    six().bought(13).is(13, 0, 2, 0);
  });

  it('the model: refunds', () => {
    six().bought(6).back(1).is(5, 0, 0, 0);
    six().bought(6).used(1).back(1).is(5, 1, 0, -1).bought(1).is(6, 1, 0, 0);
    six().bought(12).used(1).is(12, 1, 1, 0).back(1).is(11, 1, 0, 0);
    six().bought(12).used(1).used(2).back(1).is(11, 2, 0, -1);
  });

  it('the model: a free wash that is voided, or comes back, gives its reward back', () => {
    const story = (): CardStory => free(six().bought(6).used(1)).is(6, 1, 0, 0);
    const voiding = story();
    voiding.tell(voided('free', voiding.now())).is(6, 0, 1, 0);
    story().back(1, 'free').is(6, 0, 1, 0);
  });

  it('the model: a coupon is a discount; all points, or price 0, is not paid', () => {
    six()
      .bought(5)
      .bought(1, 'coupon', { lines: [{ sku: 'A', quantity: 1, discount: 50, amount: 50 }] })
      .is(6, 0, 1, 0);
    six()
      .bought(5)
      .bought(1, 'points', { payments: [{ kind: 'points', amount: 100 }] })
      .bought(1, 'nothing', { lines: [{ sku: 'A', quantity: 1, amount: 0 }] })
      .is(5, 0, 0, 0);
  });
});
