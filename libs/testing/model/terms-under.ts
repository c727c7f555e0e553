import { compileProgramme, termsOf, type Terms } from '../../capabilities/programmes';
import { compileZone } from '../../capabilities/programmes/programme/zone-table';
import type { ModelProgramme } from './ledger-model';

/** The same programmes as the product compiles them. */
export const termsUnder = (programmes: readonly ModelProgramme[]): Terms =>
  termsOf(
    programmes.map(({ programme, revisions }) => ({
      programme,
      activations: revisions.map(({ from, document }, index) => ({
        effectiveFrom: from,
        compiled: compileProgramme(programme, index + 1, document, compileZone(document.timeZone)),
      })),
    })),
  );
