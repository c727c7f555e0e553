import type { FieldError } from '../../../kernel/decision';
import { currencyCodes, currencyExponent } from '../../../kernel/money';
import { capErrors } from './check-caps';
import { rewardErrors, stampCardErrors } from './check-rewards';
import { ruleErrors } from './check-rules';
import { walletErrors } from './check-wallets';
import type { ProgrammeDocument } from './programme-document';
import { programmeSchema } from './programme-document.schema';
import { didYouMean, schemaErrors } from './schema-check';
import { isTimeZone, timeZones } from './time-zones';

export type ProgrammeCheck =
  | { readonly kind: 'valid'; readonly document: ProgrammeDocument }
  /** At least one error, each with the path in the document, what is wrong there and what would be right. */
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

/**
 * Whether a document may become a revision: its shape by the published schema first, then what it says. What contradicts
 * itself or could never make a difference is refused too; docs/programmes.md lists what is found.
 */
export function checkProgramme(document: unknown): ProgrammeCheck {
  const shape = schemaErrors(programmeSchema, document);
  if (shape.length > 0) return { kind: 'refused', errors: shape };
  const checked = document as ProgrammeDocument;
  const errors = CHECKS.flatMap((check) => check(checked));
  return errors.length === 0 ? { kind: 'valid', document: checked } : { kind: 'refused', errors };
}

/** In the order of the document's fields. */
const CHECKS: readonly ((document: ProgrammeDocument) => readonly FieldError[])[] = [
  headErrors,
  walletErrors,
  ruleErrors,
  capErrors,
  stampCardErrors,
  rewardErrors,
  returnErrors,
];

function headErrors({ currency, timeZone }: ProgrammeDocument): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (currencyExponent(currency) === undefined) {
    const detail = `is no ISO 4217 currency${didYouMean(currency, currencyCodes())}`;
    errors.push({ pointer: '/currency', detail });
  }
  if (!isTimeZone(timeZone)) {
    const detail = `is no IANA time zone${didYouMean(timeZone, timeZones()) || '; give one such as "Asia/Manila"'}`;
    errors.push({ pointer: '/timeZone', detail });
  }
  return errors;
}

function returnErrors({ returns }: ProgrammeDocument): readonly FieldError[] {
  if (returns?.basis !== 'ownInvoice' || returns.unmatched === undefined) return [];
  const detail = 'has no meaning where "basis" is "ownInvoice", under which no return needs its purchase; remove it';
  return [{ pointer: '/returns/unmatched', detail }];
}
