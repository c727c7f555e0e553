import type { FieldError } from '../../../kernel/decision';
import { currencyCodes, currencyExponent } from '../../../kernel/money';
import { dayOfDate } from '../../../kernel/time';
import type { EarningRule, ProgrammeDocument, RuleConditions } from './programme-document';
import { programmeSchema } from './programme-document.schema';
import { didYouMean, schemaErrors } from './schema-check';
import { isTimeZone, timeZones } from './time-zones';

export type ProgrammeCheck =
  | { readonly kind: 'valid'; readonly document: ProgrammeDocument }
  /** At least one error, each with the path in the document, what is wrong there and what would be right. */
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

/** Whether a document may become a revision: its shape by the published schema first, then what it says. */
export function checkProgramme(document: unknown): ProgrammeCheck {
  const shape = schemaErrors(programmeSchema, document);
  if (shape.length > 0) return { kind: 'refused', errors: shape };
  const checked = document as ProgrammeDocument;
  const errors = [...headErrors(checked), ...walletErrors(checked), ...checked.rules.flatMap(ruleErrors(checked))];
  return errors.length === 0 ? { kind: 'valid', document: checked } : { kind: 'refused', errors };
}

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

const walletErrors = ({ wallets }: ProgrammeDocument): readonly FieldError[] =>
  wallets.flatMap(({ id }, index) => takenBefore(id, wallets, index, '/wallets'));

const ruleErrors =
  ({ rules, wallets }: ProgrammeDocument) =>
  (rule: EarningRule, index: number): readonly FieldError[] => {
    const pointer = `/rules/${index}`;
    const known = wallets.map(({ id }) => id);
    return [
      ...takenBefore(rule.id, rules, index, '/rules'),
      ...namedWallets(rule).flatMap(({ wallet, path }) =>
        known.includes(wallet) ? [] : [{ pointer: pointer + path, detail: unknownWallet(wallet, known) }],
      ),
      ...conditionErrors(rule.when ?? {}, `${pointer}/when`),
    ];
  };

const namedWallets = (rule: EarningRule): readonly { readonly wallet: string; readonly path: string }[] =>
  rule.kind === 'exclusion'
    ? (rule.wallets ?? []).map((wallet, index) => ({ wallet, path: `/wallets/${index}` }))
    : [{ wallet: rule.wallet, path: '/wallet' }];

const unknownWallet = (wallet: string, known: readonly string[]): string =>
  `names the wallet "${wallet}", which the programme does not have; use ${known.map((id) => `"${id}"`).join(' or ')}`;

function takenBefore(
  id: string,
  named: readonly { readonly id: string }[],
  index: number,
  pointer: string,
): readonly FieldError[] {
  const first = named.findIndex((other) => other.id === id);
  const detail = `repeats the id "${id}" of ${pointer}/${first}; give every one its own`;
  return first === index ? [] : [{ pointer: `${pointer}/${index}/id`, detail }];
}

function conditionErrors({ from, until, hours }: RuleConditions, pointer: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, date] of Object.entries({ from, until })) {
    if (date !== undefined && dayOfDate(date) === undefined) {
      errors.push({ pointer: `${pointer}/${field}`, detail: `is no day of the calendar: ${date}` });
    }
  }
  if (errors.length === 0 && from !== undefined && until !== undefined && until <= from) {
    const detail = `must be after ${from}: the day in "until" is the first one on which the rule no longer holds`;
    errors.push({ pointer: `${pointer}/until`, detail });
  }
  if (hours !== undefined && hours.from === hours.until) {
    const detail = `must differ from ${hours.from}; leave "hours" out for the whole day`;
    errors.push({ pointer: `${pointer}/hours/until`, detail });
  }
  return errors;
}
