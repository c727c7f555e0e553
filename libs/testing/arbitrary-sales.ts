import fc from 'fast-check';
import type { RecordPurchase } from '../capabilities/accounts/record-purchase/record-purchase.decide';
import {
  checkProgramme,
  type EarningRule,
  type ProgrammeDocument,
  type RuleConditions,
  type Terms,
} from '../capabilities/programmes';
import { sale } from './given-when-then';
import { documentOf, terms } from './rule-sketches';

const start = Date.parse('2026-11-01T00:00:00Z');
const days = 30;
const skus = ['CONE', 'CAKE', 'SOAP'];
const categories = ['ice-cream', 'home'];

const line = fc.record({
  sku: fc.constantFrom(...skus),
  category: fc.constantFrom(...categories),
  quantity: fc.integer({ min: 0, max: 5_000 }).map((milli) => milli / 1000),
  amount: fc.integer({ min: 0, max: 2_000 }),
});

const settledBy = fc.constantFrom('cash' as const, 'points' as const, 'reward' as const);

/** Sales of one account within the horizon of each other, with receipts of their own; many fall on one instant. */
export const sales: fc.Arbitrary<readonly RecordPurchase[]> = fc
  .array(
    fc.record({
      minute: fc.integer({ min: 0, max: 40 }).map((slot) => slot * 36 * days),
      till: fc.constantFrom('1', '2', '10'),
      currency: fc.constantFrom('PHP', 'PHP', 'PHP', 'USD'),
      lines: fc.array(line, { minLength: 1, maxLength: 4 }),
      other: fc.option(fc.tuple(settledBy, fc.double({ min: 0, max: 1, noNaN: true })), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((told) =>
    told.map(({ minute, till, currency, lines, other }, index) => {
      const due = lines.reduce((sum, { amount }) => sum + amount, 0);
      const part = Math.floor(due * (other?.[1] ?? 0));
      return sale({
        receipt: String(index),
        till,
        currency,
        lines,
        at: new Date(start + minute * 60_000).toISOString(),
        recordedAt: new Date(start + (days + 1) * 86_400_000).toISOString(),
        ...(other && {
          payments: [
            { kind: other[0], amount: part },
            { kind: 'cash' as const, amount: due - part },
          ],
        }),
      });
    }),
  );

const decimal = fc.constantFrom('1', '0.5', '0.333333', '2.75', '10');

const conditions: fc.Arbitrary<RuleConditions> = fc.record(
  {
    categories: fc.constantFrom(['ice-cream'], ['home'], categories),
    skus: fc.constantFrom(['CONE'], ['CAKE', 'SOAP']),
    weekdays: fc.constantFrom([6, 7], [1, 2, 3]),
    minimumAmount: fc.constantFrom('5', '20.50'),
  },
  { requiredKeys: [] },
);

const wallet = fc.constantFrom('points', 'stars');

const rule = (id: string): fc.Arbitrary<EarningRule> =>
  fc.oneof(
    fc.record({
      id: fc.constant(id),
      kind: fc.constant('perAmount' as const),
      wallet,
      points: decimal,
      amount: decimal,
      when: conditions,
    }),
    fc.record({
      id: fc.constant(id),
      kind: fc.constantFrom('perVisit' as const, 'perItem' as const),
      wallet,
      points: decimal,
      when: conditions,
    }),
    fc.record({
      id: fc.constant(id),
      kind: fc.constant('multiplier' as const),
      wallet,
      factor: decimal,
      when: conditions,
    }),
    fc.record({ id: fc.constant(id), kind: fc.constant('exclusion' as const), when: conditions }),
  );

const rounding = fc.record({
  mode: fc.constantFrom('floor' as const, 'half-even' as const, 'ceiling' as const),
  scope: fc.constantFrom('line' as const, 'basket' as const, 'account' as const, 'account' as const),
});

/** Two wallets and five rules of any kind, some of which may make no difference: such a document is refused. */
export const toldDocuments: fc.Arbitrary<ProgrammeDocument> = fc
  .tuple(rounding, rounding, fc.tuple(...[0, 1, 2, 3, 4].map((index) => rule(`rule-${index}`))))
  .map(([points, stars, rules]) =>
    documentOf({
      rules,
      wallets: [
        { id: 'points', name: 'points', rounding: points },
        { id: 'stars', name: 'stars', rounding: stars },
      ],
    }),
  );

/** The same without the rules for which it is refused. */
export const documents: fc.Arbitrary<ProgrammeDocument> = toldDocuments.map((document) => {
  const checked = checkProgramme(document);
  const refused = new Set(checked.kind === 'refused' ? checked.errors.map(({ pointer }) => pointer) : []);
  return { ...document, rules: document.rules.filter((_, index) => !refused.has(`/rules/${index}`)) };
});

/** Two programmes, one of which changes its rules and rounding half-way. */
export const tenantTerms: fc.Arbitrary<Terms> = fc
  .tuple(documents, documents, documents)
  .map(([first, second, other]) =>
    terms({ main: { '2026-01-01': first, '2026-11-16': second }, second: { '2026-01-01': other } }),
  );
