import type { WalletTotal } from '../../capabilities/accounts/account/account-decisions.events';
import type {
  EarningRule,
  ProgrammeDocument,
  WalletTerms,
} from '../../capabilities/programmes/language/programme-document';
import { modelLedger, type ModelFact, type ModelProgramme, type ModelWalletView } from './ledger-model';

/** What the examples of the model have in common: one programme "main", in which a peso is a point unless told. */
export const base = {
  id: 'base',
  kind: 'perAmount',
  wallet: 'points',
  points: '1',
  amount: '1.00',
} as const satisfies EarningRule;
export const double = (when: EarningRule['when']): EarningRule => ({
  id: 'double',
  kind: 'multiplier',
  wallet: 'points',
  factor: '2',
  ...(when && { when }),
});

type Sketch = Partial<ProgrammeDocument> & { readonly wallet?: Partial<WalletTerms> };

export function document({ wallet, ...more }: Sketch = {}): ProgrammeDocument {
  return {
    language: 1,
    name: 'Suki',
    currency: 'PHP',
    timeZone: 'UTC',
    wallets: [{ id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' }, ...wallet }],
    rules: [base],
    ...more,
  };
}

export const under = (...sketches: Sketch[]): ModelProgramme[] => [
  { programme: 'main', revisions: sketches.map((sketch) => ({ from: 0, document: document(sketch) })) },
];

const never = '2100-01-01T00:00:00Z';

export function pointsOf(
  programmes: readonly ModelProgramme[],
  facts: readonly ModelFact[],
  until = never,
): ModelWalletView {
  const { wallets } = modelLedger(programmes, facts, Date.parse(until));
  const found = wallets.find(({ programme, wallet }) => programme === 'main' && wallet === 'points');
  return found ?? { programme: 'main', wallet: 'points', totals: NO_POINTS, lots: [], debts: [] };
}

const NO_POINTS: Record<WalletTotal, number> = {
  earned: 0,
  honoured: 0,
  adjustedUp: 0,
  pending: 0,
  available: 0,
  reserved: 0,
  spent: 0,
  expired: 0,
  reversed: 0,
  adjustedDown: 0,
  paidToDebt: 0,
  debt: 0,
  debtIncurred: 0,
  debtForgiven: 0,
};

/** Expects these totals and checks that every order in which the facts are told gives them. */
export function expectPoints(
  programmes: readonly ModelProgramme[],
  facts: readonly ModelFact[],
  expected: Partial<Record<WalletTotal, number>>,
  until = never,
): void {
  for (const told of [facts, [...facts].reverse()]) {
    expect(pointsOf(programmes, told, until).totals).toMatchObject(expected);
  }
}

export const day = (date: string, time = '10:00'): string => `${date}T${time}:00Z`;
