import { foldAccount, stepAccount } from '../../libs/capabilities/accounts/account/account.ledger';
import { initialAccount } from '../../libs/capabilities/accounts/account/account.state';
import { decideInOrder } from '../../libs/capabilities/accounts/account/decide-account';
import type { AccountFact } from '../../libs/capabilities/accounts/account/effective-order';
import { purchaseDecider } from '../../libs/capabilities/accounts/record-purchase/record-purchase.decide';
import type { EarningRule, Terms } from '../../libs/capabilities/programmes';
import { sale } from '../../libs/testing/given-when-then';
import { always, onePointPer } from '../../libs/testing/rule-sketches';
import type { BenchRow } from './bench-row';
import { atOnce } from '../../libs/kernel/sliced';

const START = Date.UTC(2026, 0, 1);
const lines = Array.from({ length: 10 }, (_, index) => ({
  sku: `SKU-${index}`,
  category: index % 2 === 0 ? 'food' : 'home',
  quantity: 1 + (index % 3),
  amount: 995 + 100 * index,
}));

/** The reference purchase of ten lines, a minute after the one before. */
const purchaseAt = (index: number) =>
  sale({ receipt: String(index), lines, at: new Date(START + index * 60_000).toISOString() });

function factAt(index: number): AccountFact {
  const { purchase, occurredAt } = purchaseAt(index);
  const event = { type: 'PurchaseRecorded', version: 1, data: { ...purchase, flags: [] } } as const;
  return { event, occurredAt, effectiveAt: occurredAt, recordedAt: occurredAt };
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

/** The pure fold on one core: it reads no disk and waits for nothing. */
export function run(): readonly BenchRow[] {
  const one = termsWith(1);
  const facts = Array.from({ length: 20_000 }, (_, index) => factAt(index));
  const fold = costOf(() => atOnce(foldAccount(facts, one)), 1) / facts.length;
  const rows: BenchRow[] = [{ name: 'fold ten-line purchases', value: Math.round(1e6 / fold), unit: 'facts/s a core' }];

  const next = factAt(facts.length);
  for (const rules of [1, 10, 100]) {
    const terms = termsWith(rules);
    const cost = costOf(() => stepAccount(initialAccount, next, terms), 2_000);
    rows.push({ name: `step a ten-line purchase, rules: ${rules}`, value: rounded(cost), unit: 'µs' });
  }

  const command = purchaseAt(facts.length);
  let first: number | undefined;
  for (const earlier of [1, 100, 5_000]) {
    const { account } = atOnce(foldAccount(facts.slice(0, earlier), one));
    const cost = costOf(() => decideInOrder(purchaseDecider(command), account, one), 2_000);
    first ??= cost;
    rows.push({
      name: `decide a ten-line purchase, earlier ones: ${earlier}`,
      value: rounded(cost),
      unit: 'µs',
      ratio: rounded(first / cost),
      floor: 'with one earlier purchase',
      budget: 0.7,
    });
  }
  return rows;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
