import fc from 'fast-check';
import type {
  Payment,
  PurchaseLine,
  Redemption,
  Return,
  ReturnLine,
} from '../../capabilities/accounts/account/account.events';
import { BONUS, GIFT_COST, START } from './arbitrary-programme';
import { purchaseOf, receiptKey, redemption, redemptionId, returnOf, rewardKey } from './told-facts';
import type { ModelFact } from './timeline';

/**
 * Histories of an account as its facts are delivered: a move says what happens and how much later than the move before;
 * a teller makes facts of it, stamped as they are when they are accepted (S2, S3). Numbers are small, many instants equal.
 */
export interface Move {
  /** Index into the steps by which the clock goes on before it. */
  readonly wait: number;
  /** How much earlier a till says it happened, as an index of lags. */
  readonly lag: number;
  readonly what: Happening;
}

export type Happening =
  | { readonly kind: 'buy'; readonly lines: readonly SmallLine[]; readonly paid?: Paid; readonly place: SmallPlace }
  | { readonly kind: 'claim'; readonly lines: readonly SmallLine[]; readonly back: boolean }
  /** `of` is the number of a receipt, which may come later or never; without it the return names none. */
  | {
      readonly kind: 'return';
      readonly of?: number;
      readonly lines: readonly SmallLine[];
      readonly whole: boolean;
      readonly exchange: boolean;
    }
  | { readonly kind: 'void'; readonly of: number }
  | { readonly kind: 'do'; readonly activity: 'review' | 'visit' | 'nothing' }
  | { readonly kind: 'reserve' | 'redeemOffline'; readonly what: Redeemed }
  | { readonly kind: 'confirm' | 'release'; readonly nth: number }
  | { readonly kind: 'adjust'; readonly points: number }
  | { readonly kind: 'honour'; readonly points: number; readonly days: number | null };

type Redeemed =
  'gift' | 'bonus' | { readonly card: 'card' | 'visits'; readonly ordinal: number; readonly generation: number };

interface SmallLine {
  readonly sku: 'A' | 'B' | 'C';
  readonly quantity: number;
  /** Hundredths. */
  readonly amount: number;
}

/** Paid in part with points or a reward, for the `nth` redemption, or for a new offline one. */
interface Paid {
  readonly kind: 'points' | 'reward';
  readonly percent: number;
  readonly nth: number;
  readonly line: boolean;
}

interface SmallPlace {
  readonly outlet: 'o' | 'p';
  readonly channel: 'shop' | 'web';
  readonly offsetMinutes: number;
}

const hourMs = 3_600_000;
const waits = [0, 0, 0, 0, hourMs, hourMs, 10 * hourMs, 24 * hourMs, 72 * hourMs, 31 * 24 * hourMs];
const heldMs = 30 * hourMs;
const lags = [0, 0, 0, 0, hourMs, 24 * hourMs, 96 * hourMs, 50 * 24 * hourMs, -4 * 60_000];
const horizonMs = 45 * 24 * hourMs;
const categories = { A: { category: 'food' }, B: { category: 'home' }, C: {} };

const line: fc.Arbitrary<SmallLine> = fc.record({
  sku: fc.constantFrom('A', 'A', 'B', 'C'),
  quantity: fc.constantFrom(1, 2, 3, 4, 0.5),
  amount: fc.constantFrom(100, 200, 334, 150, 1, 0, 1_000),
});
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const receipts = fc.integer({ min: 1, max: 5 });

const redeemed: fc.Arbitrary<Redeemed> = fc.oneof(
  fc.constantFrom('gift' as const, 'gift' as const, 'gift' as const, 'bonus' as const),
  fc.record({
    card: fc.constantFrom('card' as const, 'visits' as const),
    ordinal: fc.constantFrom(1, 1, 2),
    generation: fc.constantFrom(1, 1, 1, 1, 2),
  }),
);

const buy = fc
  .record({
    kind: fc.constant('buy' as const),
    lines,
    paid: fc.option(
      fc.record({
        kind: fc.constantFrom('points' as const, 'reward' as const),
        percent: fc.constantFrom(100, 50, 33),
        nth: fc.nat({ max: 3 }),
        line: fc.boolean(),
      }),
      { nil: undefined, freq: 1 },
    ),
    place: fc.record({
      outlet: fc.constantFrom('o' as const, 'o' as const, 'p' as const),
      channel: fc.constantFrom('shop' as const, 'shop' as const, 'web' as const),
      offsetMinutes: fc.constantFrom(0, 0, 480),
    }),
  })
  .map(({ paid, ...rest }): Happening => (paid === undefined ? rest : { ...rest, paid }));

const giveBack = fc
  .record({
    kind: fc.constant('return' as const),
    of: fc.option(receipts, { nil: undefined, freq: 8 }),
    lines: fc.array(line, { minLength: 1, maxLength: 2 }),
    whole: fc.boolean(),
    exchange: fc.constantFrom(false, false, false, true),
  })
  .map(({ of, ...rest }): Happening => (of === undefined ? rest : { ...rest, of }));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: buy },
  { weight: 5, arbitrary: giveBack },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('claim' as const), lines, back: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('void' as const), of: receipts }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('do' as const),
      activity: fc.constantFrom('review' as const, 'visit' as const, 'nothing' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('reserve' as const, 'redeemOffline' as const), what: redeemed }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('confirm' as const, 'release' as const),
      nth: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('adjust' as const), points: fc.constantFrom(10, 3, -4, -20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('honour' as const),
      points: fc.constantFrom(7, 2, -3),
      days: fc.constantFrom(null, 2, 10),
    }),
  },
);

export const arbitraryMove: fc.Arbitrary<Move> = fc.record({
  wait: fc.nat({ max: waits.length - 1 }),
  lag: fc.nat({ max: lags.length - 1 }),
  what: happening,
});

/** Makes facts of moves, one after the other. */
export class HistoryTeller {
  readonly facts: ModelFact[] = [];
  private now = START;
  private newest = START;
  private lagMs = 0;
  private count = 0;
  private readonly bought = new Map<number, { readonly lines: readonly PurchaseLine[]; readonly fact: ModelFact }>();
  private readonly redemptions: Redemption[] = [];
  private readonly paidFor = new Set<string>();
  private readonly open: { readonly id: string; readonly from: number; readonly until: number }[] = [];
  private readonly gone = new Set<number>();

  constructor(private readonly source: 'till' | 'import') {}

  /** The clock of the server. */
  get at(): number {
    return this.now;
  }

  /** The facts of this move; none where it makes no sense, such as a confirmation when nothing is reserved. */
  tell({ wait, lag, what }: Move): readonly ModelFact[] {
    const before = this.facts.length;
    this.now += waits[wait] ?? 0;
    this.lagMs = lags[lag] ?? 0;
    this.count++;
    this.happen(what);
    return this.facts.slice(before);
  }

  private happen(what: Happening): void {
    switch (what.kind) {
      case 'buy':
        return this.buy(what.lines, what.place, what.paid);
      case 'claim':
        return this.claim(what.lines, what.back);
      case 'return':
        return this.giveBack(what);
      case 'void':
        return this.voidSale(what.of);
      case 'do':
        return this.report({
          type: 'ActivityRecorded',
          version: 1,
          data: {
            key: `act-${this.count}`,
            activity: what.activity,
            outlet: 'o',
            channel: 'shop',
            offsetMinutes: 0,
            source: this.source,
            flags: [],
          },
        });
      case 'reserve':
        return this.reserve(this.redemptionOf(what.what));
      case 'redeemOffline': {
        const data = { ...this.redemptionOf(what.what), source: this.source, flags: [] };
        return this.report({ type: 'RedemptionReported', version: 1, data });
      }
      case 'confirm':
      case 'release':
        return this.end(what.kind, what.nth);
      case 'adjust': {
        const { points } = what;
        const data = {
          key: `adj-${this.count}`,
          programme: 'main',
          wallet: 'points',
          points,
          reason: 'x',
          role: 'admin',
        };
        return this.decide({ type: 'PointsAdjusted', version: 1, data });
      }
      case 'honour': {
        const at = Math.max(this.now, this.newest);
        const expiresAt = what.days === null ? null : at + what.days * 24 * hourMs;
        const cause = `cause-${this.count}`;
        const { points } = what;
        const data = { cause, programme: 'main', wallet: 'points', points, expiresAt, effectiveAt: at };
        return this.decide({ type: 'EntitlementHonoured', version: 1, data });
      }
    }
  }

  private note(event: ModelFact['event'], occurredAt: number, effectiveAt: number): void {
    this.facts.push({ event, occurredAt, effectiveAt, recordedAt: this.now });
    this.newest = Math.max(this.newest, effectiveAt);
  }

  /** Told by a till, maybe late (S2). */
  private report(event: ModelFact['event']): void {
    const occurredAt = this.now - this.lagMs;
    const inTime = this.source === 'import' || this.lagMs <= horizonMs;
    this.note(event, occurredAt, inTime ? occurredAt : this.now);
  }

  /** Decided online (S3). */
  private decide(event: ModelFact['event']): void {
    this.note(event, this.now, Math.max(this.now, this.newest));
  }

  private linesOf(small: readonly SmallLine[]): PurchaseLine[] {
    return small.map(({ sku, quantity, amount }) => ({ sku, ...categories[sku], quantity, amount }));
  }

  private buy(small: readonly SmallLine[], place: SmallPlace, paid: Paid | undefined): void {
    const nth = this.bought.size + 1;
    const told = this.linesOf(small);
    const payments = paid === undefined ? undefined : this.paymentsOf(told, paid);
    const data = purchaseOf({
      receipt: `${nth}`,
      lines: told,
      ...(payments && { payments }),
      more: { ...place, source: this.source },
    });
    this.report({ type: 'PurchaseRecorded', version: 1, data: { ...data, receiptKey: receiptKey(`${nth}`) } });
    const last = this.facts.at(-1);
    if (last !== undefined) this.bought.set(nth, { lines: told, fact: last });
  }

  private paymentsOf(told: readonly PurchaseLine[], { kind, percent, nth, line: ofLine }: Paid): Payment[] {
    const due = told.reduce((all, { amount }) => all + amount, 0);
    const free = this.redemptions.filter(({ redemption: id }) => !this.paidFor.has(id));
    const known = free[nth % Math.max(1, free.length)];
    const used = known ?? this.redemptionOf('gift');
    if (known === undefined) {
      this.report({ type: 'RedemptionReported', version: 1, data: { ...used, source: this.source, flags: [] } });
    }
    this.paidFor.add(used.redemption);
    const onLine = kind === 'reward' && ofLine;
    const amount = onLine ? (told[0]?.amount ?? 0) : Math.floor((due * percent) / 100);
    const settled: Payment = { kind, amount, redemption: used.redemption, ...(onLine && { lines: [0] }) };
    return [settled, { kind: 'cash', amount: due - amount }];
  }

  private claim(small: readonly SmallLine[], back: boolean): void {
    const receipt = `claim-${this.count}`;
    const purchase = purchaseOf({ receipt, lines: this.linesOf(small) });
    const occurredAt = this.now - Math.abs(this.lagMs);
    const first = purchase.lines[0];
    const lines = first === undefined ? [] : [{ ...first, of: purchase.receiptKey, line: 0 }];
    const data = returnOf({ receipt: `${receipt}-back`, lines });
    const returns = back ? [{ effectiveAt: occurredAt + 1, occurredAt: occurredAt + 1, data }] : [];
    const event = { type: 'PurchaseClaimed', version: 1, data: { purchase, returns, claimedAt: this.now } } as const;
    if (Math.abs(this.lagMs) < 30 * 24 * hourMs) this.note(event, occurredAt, occurredAt);
  }

  private giveBack(told: Extract<Happening, { kind: 'return' }>): void {
    const { of, whole, exchange } = told;
    const known = of === undefined ? undefined : this.bought.get(of);
    const named = of === undefined ? {} : { of: receiptKey(`${of}`) };
    const priced = known === undefined ? this.linesOf(told.lines) : this.atPrice(told.lines, known.lines);
    const lines: ReturnLine[] =
      whole && known !== undefined
        ? known.lines.map((line, index) => ({ ...line, ...named, line: index }))
        : priced.map((line) => ({ ...line, ...named }));
    const nth = this.bought.size;
    const latest = this.bought.get(nth)?.fact;
    const data: Return = { ...returnOf({ receipt: `back-${this.count}`, lines, source: this.source }) };
    if (!exchange || latest === undefined || latest.recordedAt !== this.now || this.gone.has(nth)) {
      return this.report({ type: 'PurchaseReturned', version: 1, data });
    }
    const same = { ...data, receiptKey: receiptKey(`${nth}`), receipt: `${nth}` };
    this.note({ type: 'PurchaseReturned', version: 1, data: same }, latest.occurredAt, latest.effectiveAt);
    this.gone.add(nth);
  }

  /** Mostly what was paid for it; for an article that was not bought, the told amount. */
  private atPrice(small: readonly SmallLine[], bought: readonly PurchaseLine[]): PurchaseLine[] {
    return this.linesOf(small).map((line) => {
      const found = bought.find(({ sku }) => sku === line.sku);
      if (found === undefined) return { ...line, ...bought[0], quantity: Math.min(1, bought[0]?.quantity ?? 1) };
      const quantity = Math.min(line.quantity, found.quantity);
      return { ...line, quantity, amount: Math.floor((found.amount * quantity) / found.quantity) };
    });
  }

  private voidSale(nth: number): void {
    const key = `void-${this.count}`;
    const flags: [] = [];
    this.report({
      type: 'PurchaseVoided',
      version: 1,
      data: { receiptKey: receiptKey(`${nth}`), key, outlet: 'o', till: '1', source: this.source, flags },
    });
  }

  private redemptionOf(what: Redeemed): Redemption {
    const name = `${this.count}`;
    const data =
      what === 'gift'
        ? redemption(name, GIFT_COST)
        : what === 'bonus'
          ? redemption(name, BONUS.cost, { reward: 'bonus', gives: { wallet: 'stars', points: BONUS.gives } })
          : redemption(name, 0, { reward: 'free', issued: rewardKey(what.card, what.ordinal, what.generation) });
    this.redemptions.push(data);
    return data;
  }

  private reserve(data: Redemption): void {
    const from = Math.max(this.now, this.newest);
    const until = from + heldMs;
    this.open.push({ id: data.redemption, from, until });
    this.decide({ type: 'RedemptionReserved', version: 1, data: { ...data, reservedUntil: until } });
  }

  /** A confirmation told too late counts, if it happened before the reservation lapsed (S25). */
  private end(kind: 'confirm' | 'release', nth: number): void {
    const index = nth % Math.max(1, this.open.length);
    const held = this.open[index];
    if (held === undefined) return;
    const at = Math.max(this.now, this.newest);
    if (at >= held.until && kind === 'release') return;
    this.open.splice(index, 1);
    const type = kind === 'confirm' ? 'RedemptionConfirmed' : 'RedemptionReleased';
    const data = { redemption: redemptionId(held.id.slice('red_'.length)) };
    if (at < held.until) this.note({ type, version: 1, data }, this.now, at);
    else this.note({ type, version: 1, data }, held.from + hourMs, held.from + hourMs);
  }
}

/** Facts in the order they are delivered. */
export const arbitraryHistory: fc.Arbitrary<readonly ModelFact[]> = fc
  .record({
    source: fc.constantFrom('till' as const, 'till' as const, 'till' as const, 'import' as const),
    moves: fc.array(arbitraryMove, { minLength: 1, maxLength: 20, size: 'max' }),
  })
  .map(({ source, moves }) => {
    const teller = new HistoryTeller(source);
    for (const move of moves) teller.tell(move);
    return teller.facts;
  });
