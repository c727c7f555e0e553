import type { Catalogue } from './catalogue';
import { ENGLISH } from './english';
import { FILIPINO } from './filipino';
import type { Language } from './language';
import type { MessageKey, Messages, Quantity } from './messages';
import { NUMBER_WORDS, type NumberWords } from './number-words';
import { TAMIL } from './tamil';
import { VIETNAMESE } from './vietnamese';

export const CATALOGUES: { readonly [Spoken in Language]: Catalogue<Spoken> } = {
  en: ENGLISH,
  fil: FILIPINO,
  ta: TAMIL,
  vi: VIETNAMESE,
};

/** One language's voice; pure, and the same on every machine. */
export interface Words {
  readonly language: Language;
  say<Key extends MessageKey>(key: Key, ...parameters: ParametersOf<Key>): string;
}

/** A message that is told with nothing needs no second argument. */
type ParametersOf<Key extends MessageKey> = [keyof Messages[Key]] extends [never] ? [] : [Messages[Key]];

export const words = (language: Language): Words => ({
  language,
  say: (key, ...parameters) => render(CATALOGUES[language][key], parameters[0] ?? {}, NUMBER_WORDS[language]),
});

type Template = string | { readonly by: PropertyKey; readonly one?: string; readonly other: string };
type Parameters = Readonly<Record<PropertyKey, string | Quantity>>;

function render(template: Template, parameters: Parameters, numbers: NumberWords<Language>): string {
  return formOf(template, parameters, numbers).replaceAll(/\{(\+?)([a-zA-Z]+)\}/g, (_, sign: string, name: string) => {
    const value = parameters[name] ?? '';
    if (typeof value === 'string') return value;
    const digits = digitsOf(value);
    return (/^(?:-|0$)/.test(digits) ? '' : sign) + grouped(digits, numbers);
  });
}

function formOf(template: Template, parameters: Parameters, { plural }: NumberWords<Language>): string {
  if (typeof template === 'string') return template;
  return template[plural(digitsOf(parameters[template.by] ?? ''))] ?? template.other;
}

const digitsOf = (value: string | Quantity): string => (typeof value === 'object' ? value.digits : String(value));

const grouped = (digits: string, { group, groupMark, decimalMark }: NumberWords<Language>): string =>
  digits.replaceAll(/(\d+)(?:\.(\d+))?/g, (_, whole: string, decimals: string | undefined) => {
    const wholes = whole.replaceAll(group, groupMark);
    return decimals === undefined ? wholes : `${wholes}${decimalMark}${decimals}`;
  });
