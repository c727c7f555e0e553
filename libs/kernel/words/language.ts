/** The languages customers are spoken to in, by their BCP 47 tags. */
export const LANGUAGES = ['en', 'fil', 'ta', 'vi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where nothing is asked for, or nothing we speak. */
export const DEFAULT_LANGUAGE: Language = 'en';

/** Tags that name one of ours otherwise: Tagalog, as shops and telephones often say it. */
const otherNames: Readonly<Record<string, Language>> = { tl: 'fil' };

/**
 * The language an `Accept-Language` header likes best (RFC 9110 section 12.5.4): by quality, then in the order named. What
 * follows the first subtag is ignored, `*` is the first of ours that is not named, and what cannot be read is passed over.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '').split(',').flatMap(readRange);
  const named = new Set(ranges.map(({ tag }) => spoken(tag)));
  const liked = ranges.filter(({ quality }) => quality > 0).sort((one, other) => other.quality - one.quality);
  for (const { tag } of liked) {
    const language = tag === '*' ? LANGUAGES.find((ours) => !named.has(ours)) : spoken(tag);
    if (language !== undefined) return language;
  }
  return DEFAULT_LANGUAGE;
}

interface LanguageRange {
  readonly tag: string;
  readonly quality: number;
}

const rangeForm = /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?$/i;

function readRange(text: string): readonly LanguageRange[] {
  const match = rangeForm.exec(text);
  return match === null ? [] : [{ tag: (match[1] ?? '').toLowerCase(), quality: Math.min(Number(match[2] ?? 1), 1) }];
}

const spoken = (tag: string): Language | undefined => LANGUAGES.find((ours) => ours === tag) ?? otherNames[tag];
