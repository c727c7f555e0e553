import type { Words } from '../../../kernel/words/words';
import type { Expiry, Period, ProgrammeDocument } from './programme-document';

/** "a, b or c"; a single name as it is. */
export const eitherOf = (names: readonly string[], words: Words): string => listed('eitherOf', names, words);

/** "a, b and c". */
export const allOf = (names: readonly string[], words: Words): string => listed('allOf', names, words);

function listed(joint: 'eitherOf' | 'allOf', names: readonly string[], { say }: Words): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : say(joint, { listed: names.slice(0, -1).join(', '), last });
}

const UNITS = { day: 'days', month: 'months', quarter: 'quarters', year: 'years' } as const satisfies Record<
  Period['unit'] | Extract<Expiry, { kind: 'endOfPeriod' }>['period'],
  string
>;

/** "1 day", "30 days". */
export const periodWords = (
  { unit, count }: { readonly unit: keyof typeof UNITS; readonly count: number },
  { say }: Words,
): string => say(UNITS[unit], { count });

/** An unknown id is its own name. */
export const walletName = (wallet: string, { wallets }: ProgrammeDocument): string =>
  wallets.find(({ id }) => id === wallet)?.name ?? wallet;

/** A sentence of a phrase with all of its conditions. */
export const sentenceOf = (phrase: string, conditions: readonly string[], { say }: Words): string =>
  say('sentence', {
    phrase: conditions.reduce((told, condition) => say('onCondition', { phrase: told, condition }), phrase),
  });
