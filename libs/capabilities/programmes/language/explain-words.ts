import type { Period, ProgrammeDocument } from './programme-document';

export function listed(words: readonly string[], joint = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words[words.length - 1] ?? ''}`;
}

/** "1 day", "30 days". */
export const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

export const periodWords = ({ unit, count }: Period): string => counted(count, unit);

/** An unknown id is its own name. */
export const walletName = (wallet: string, { wallets }: ProgrammeDocument): string =>
  wallets.find(({ id }) => id === wallet)?.name ?? wallet;

/** "2nd", "11th", "23rd". */
export function ordinal(count: number): string {
  const teen = Math.floor(count / 10) % 10 === 1;
  const ending = teen ? undefined : ['th', 'st', 'nd', 'rd'][count % 10];
  return `${count}${ending ?? 'th'}`;
}
