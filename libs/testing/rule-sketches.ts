import {
  checkProgramme,
  compileProgramme,
  LANGUAGE_VERSION,
  termsOf,
  type EarningRule,
  type ProgrammeDocument,
  type Rounding,
  type Terms,
} from '../capabilities/programmes';

/** A programme as a test tells it; unsaid, it is in pesos and has one wallet "points" that floors every basket. */
export interface ProgrammeSketch {
  readonly rules: readonly EarningRule[];
  readonly rounding?: Partial<Rounding>;
  readonly wallets?: ProgrammeDocument['wallets'];
  readonly currency?: string;
}

export function programme({ rules, rounding, wallets, currency = 'PHP' }: ProgrammeSketch): ProgrammeDocument {
  const points = { id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket', ...rounding } } as const;
  const document = {
    language: LANGUAGE_VERSION,
    name: 'Suki',
    currency,
    timeZone: 'Asia/Manila',
    wallets: wallets ?? [points],
    rules,
  };
  const checked = checkProgramme(document);
  if (checked.kind === 'refused') throw new Error(`a test tells a wrong programme: ${JSON.stringify(checked.errors)}`);
  return checked.document;
}

/** One point for every whole peso, or the given rate. */
export const onePointPer = (amount: string, more: Partial<Extract<EarningRule, { kind: 'perAmount' }>> = {}) =>
  ({ id: 'base', kind: 'perAmount', wallet: 'points', points: '1', amount, ...more }) satisfies EarningRule;

/** Terms under which the documents of each programme follow each other: `{ main: { '2026-01-01': document } }`. */
export function terms(programmes: Readonly<Record<string, Readonly<Record<string, ProgrammeDocument>>>>): Terms {
  return termsOf(
    Object.entries(programmes).map(([name, revisions]) => ({
      programme: name,
      activations: Object.entries(revisions).map(([from, document], index) => ({
        effectiveFrom: Date.parse(from),
        compiled: compileProgramme(name, index + 1, document),
      })),
    })),
  );
}

/** One programme "main" under one document for ever. */
export const always = (sketch: ProgrammeSketch): Terms => terms({ main: { '1970-01-01': programme(sketch) } });
