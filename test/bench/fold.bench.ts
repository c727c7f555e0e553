import { foldAccount, stepAccount } from '../../libs/capabilities/accounts/account/account.ledger';
import { initialAccount } from '../../libs/capabilities/accounts/account/account.state';
import { decideInOrder } from '../../libs/capabilities/accounts/account/decide-account';
import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import { purchaseDecider } from '../../libs/capabilities/accounts/record-purchase/record-purchase.decide';
import type { EarningRule, Terms } from '../../libs/capabilities/programmes';
import { returned, usedOffline } from '../../libs/testing/account-facts';
import { always, onePointPer } from '../../libs/testing/rule-sketches';
import { atOnce } from '../../libs/kernel/sliced';
import type { BenchRow } from './bench-row';
import { purchaseAt, purchaseFact, START } from './reference-purchase';

const PESO = onePointPer('1.00');
/** Longer than anything here lasts, so that every lot stays open. */
const YEARS = { unit: 'year', count: 5 } as const;

const HALF_A_DAY = 12 * 3_600_000;
const MIXED_TERMS = always({
  rules: [PESO],
  expiry: { kind: 'fixed', after: { unit: 'month', count: 1 } },
  stampCards: [
    { id: 'food', name: 'food', collect: 'unit', when: { categories: ['food'] }, every: 50, reward: 'free' },
  ],
  rewards: [
    { id: 'gift', name: 'gift', kind: 'product', cost: { wallet: 'points', points: 20 } },
    { id: 'free', name: 'free', kind: 'service' },
  ],
});

/** A customer who comes twice a day. Of ten facts six are purchases of ten lines that fill a card, two return a line of one, two redeem 20 points. */
function mixedHistory(count: number): readonly AccountFact[] {
  return Array.from({ length: count }, (_, index): AccountFact => {
    const at = new Date(START + index * HALF_A_DAY).toISOString();
    const kind = index % 10;
    if (kind === 4 || kind === 8) {
      const { receiptKey } = purchaseAt(index - 2).purchase;
      const line = { sku: 'SKU-0', quantity: 1, amount: 9.95, of: receiptKey, line: 0 };
      return returned(`back-${index}`, { at, lines: [line] });
    }
    if (kind === 5 || kind === 9) return usedOffline(String(index), { at, cost: 20 });
    return purchaseFact(index, HALF_A_DAY);
  });
}

/** Rules of every kind in turn, over lines and whole purchases; no two say the same, which a programme may not. */
function termsWith(rules: number): Terms {
  const kinds: ((id: string, index: number) => EarningRule)[] = [
    (id, index) => onePointPer('10.00', { id, points: String(index + 1) }),
    (id, index) => ({ id, kind: 'perItem', wallet: 'points', points: `${index}.5`, when: { categories: ['food'] } }),
    (id, index) => ({ id, kind: 'perVisit', wallet: 'points', points: String(index) }),
    (id, index) => ({
      id,
      kind: 'multiplier',
      wallet: 'points',
      factor: '1.5',
      when: { skus: [`SKU-${index % 9}`, `OTHER-${index}`] },
    }),
    (id, index) => ({ id, kind: 'exclusion', when: { categories: ['tobacco', `other-${index}`] } }),
  ];
  const list = Array.from({ length: rules }, (_, index) => kinds[index % kinds.length]?.(`rule-${index}`, index));
  return always({ rules: list.filter((rule) => rule !== undefined) });
}

/** Microseconds of processor time a call, the best of several rounds: what else runs on the machine hardly counts. */
function costOf(work: (round: number) => void, calls: number): number {
  let best = Infinity;
  for (let call = 0; call < calls; call++) work(call);
  for (let round = 0; round < 7; round++) {
    const started = process.cpuUsage();
    for (let call = 0; call < calls; call++) work(call);
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / calls);
  }
  return best;
}

/** The pure fold on one core: it reads no disk and waits for nothing. Its floor is what any reader of the same facts must do. */
export function run(): readonly BenchRow[] {
  const one = termsWith(1);
  const plain = Array.from({ length: 20_000 }, (_, index) => purchaseFact(index));
  return [
    foldRow('fold of ten-line purchases', plain, one),
    foldRow('fold of a mixed history of 200', mixedHistory(200), MIXED_TERMS),
    ...rulesRows(plain.length),
    ...earlierRows('earlier ones', plain, one),
    ...earlierRows('open lots that expire', plain, always({ rules: [PESO], expiry: { kind: 'fixed', after: YEARS } })),
    ...earlierRows('pending lots', plain, always({ rules: [PESO], pending: YEARS })),
  ];
}

function foldRow(name: string, facts: readonly AccountFact[], terms: Terms): BenchRow {
  const texts = facts.map((fact) => JSON.stringify(fact));
  const calls = Math.ceil(20_000 / facts.length);
  const parse = costOf(() => texts.forEach((text) => void JSON.parse(text)), calls) / facts.length;
  const fold = costOf(() => atOnce(foldAccount(facts, terms)), calls) / facts.length;
  return {
    name,
    value: Math.round(1e6 / fold),
    unit: 'facts/s a core',
    ratio: rounded(parse / fold),
    floor: 'JSON.parse of the same facts',
  };
}

function rulesRows(index: number): readonly BenchRow[] {
  const next = purchaseFact(index);
  const text = JSON.stringify(next);
  const parse = costOf(() => void JSON.parse(text), 2_000);
  return [1, 10, 100].map((rules) => {
    const terms = termsWith(rules);
    const cost = costOf(() => stepAccount(initialAccount, next, terms), 2_000);
    return {
      name: `step a ten-line purchase, rules: ${rules}`,
      value: rounded(cost),
      unit: 'µs',
      ratio: rounded(cost / parse),
      floor: 'times JSON.parse of it',
    };
  });
}

/** Deciding on an account with so many purchases, all of whose lots are open. */
function earlierRows(what: string, facts: readonly AccountFact[], terms: Terms): readonly BenchRow[] {
  const command = purchaseAt(facts.length);
  let first: number | undefined;
  return [1, 100, 5_000].map((earlier) => {
    const { account } = atOnce(foldAccount(facts.slice(0, earlier), terms));
    const cost = costOf(() => decideInOrder(purchaseDecider(command), account, terms), 2_000);
    first ??= cost;
    return {
      name: `decide a ten-line purchase, ${what}: ${earlier}`,
      value: rounded(cost),
      unit: 'µs',
      ratio: rounded(first / cost),
      floor: 'with one earlier purchase',
      budget: 0.7,
    };
  });
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
