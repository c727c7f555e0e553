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

export function programme({ rounding, pending, expiry, ...told }: ProgrammeSketch): ProgrammeDocument {
  const points = {
    id: 'points',
    name: 'points',
    rounding: { mode: 'floor', scope: 'basket', ...rounding },
    ...(pending && { pending }),
    ...(expiry && { expiry }),
  } as const;
  const document = {
    language: LANGUAGE_VERSION,
    name: 'Suki',
    currency: 'PHP',
    timeZone: 'Asia/Manila',
    wallets: [points],
    ...told,
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
        compiled: compileProgramme(name, index + 1, document, compileZone(document.timeZone)),
      })),
    })),
  );
}

/** One programme "main" under one document for ever. */
export const always = (sketch: ProgrammeSketch): Terms => terms({ main: { '1970-01-01': programme(sketch) } });
