import {
  checkProgramme,
  compileProgramme,
  LANGUAGE_VERSION,
  termsOf,
  type EarningRule,
  type ProgrammeDocument,
  type Rounding,
  type Terms,
  type WalletTerms,
} from '../capabilities/programmes';
import { compileZone } from '../capabilities/programmes/programme/zone-table';

/**
 * A programme as a test tells it; unsaid, it is in pesos, on Manila's calendar, and has one wallet "points" that floors every
 * basket. `rounding`, `pending` and `expiry` are of that wallet, so they say nothing beside `wallets`.
 */
export interface ProgrammeSketch
  extends Partial<Omit<ProgrammeDocument, 'language' | 'name'>>, Pick<WalletTerms, 'pending' | 'expiry'> {
  readonly rules: readonly EarningRule[];
  readonly rounding?: Partial<Rounding>;
}

export function programme(sketch: ProgrammeSketch): ProgrammeDocument {
  const checked = checkProgramme(documentOf(sketch));
  if (checked.kind === 'refused') throw new Error(`a test tells a wrong programme: ${JSON.stringify(checked.errors)}`);
  return checked.document;
}

/** The same unchecked. */
export function documentOf({ rounding, pending, expiry, ...told }: ProgrammeSketch): ProgrammeDocument {
  const points = {
    id: 'points',
    name: 'points',
    rounding: { mode: 'floor', scope: 'basket', ...rounding },
    ...(pending && { pending }),
    ...(expiry && { expiry }),
  } as const;
  return {
    language: LANGUAGE_VERSION,
    name: 'Suki',
    currency: 'PHP',
    timeZone: 'Asia/Manila',
    wallets: [points],
    ...told,
  };
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
        compiled: compileProgramme(name, index + 1, document, compileZone(document.timeZone)),
      })),
    })),
  );
}

/** One programme "main" under one document for ever. */
export const always = (sketch: ProgrammeSketch): Terms => terms({ main: { '1970-01-01': programme(sketch) } });
