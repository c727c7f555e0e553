import type { Language } from './language';

/** Plural categories of the Unicode CLDR that a language tells apart. */
export interface PluralCategories {
  readonly en: 'one' | 'other';
  readonly fil: 'one' | 'other';
  readonly ta: 'one' | 'other';
  readonly vi: 'other';
}

export interface NumberWords<Spoken extends Language> {
  /** Category of a number ≥ 0, written in digits. */
  readonly plural: (digits: string) => PluralCategories[Spoken];
  /** Position before which a run of digits is divided. */
  readonly group: RegExp;
  readonly groupMark: string;
  readonly decimalMark: string;
}

const onlyOne = (digits: string): 'one' | 'other' => (digits === '1' ? 'one' : 'other');
const thousands = /\B(?=(?:\d{3})+$)/g;

/**
 * Written out and not asked of `Intl`, so that a receipt never depends on the machine or on the version of Node; the spec
 * holds it against `Intl`.
 */
export const NUMBER_WORDS: { readonly [Spoken in Language]: NumberWords<Spoken> } = {
  en: { plural: onlyOne, group: thousands, groupMark: ',', decimalMark: '.' },
  /** Numbers whose last digit is spoken with a final consonant (apat, anim, siyam) take "na" before what is counted. */
  fil: {
    plural: (digits) => (/[469]$/.test(digits) ? 'other' : 'one'),
    group: thousands,
    groupMark: ',',
    decimalMark: '.',
  },
  /** Lakh and crore: 12,34,567. */
  ta: { plural: onlyOne, group: /\B(?=(?:\d{2})*\d{3}$)/g, groupMark: ',', decimalMark: '.' },
  vi: { plural: () => 'other', group: thousands, groupMark: '.', decimalMark: ',' },
};
