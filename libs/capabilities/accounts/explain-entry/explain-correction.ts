import type { LedgerCorrected, LedgerDecision } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';
import { outletOffset, tellDecision, tellFact, tellFactKey, type Names, type ToldEvent } from './tell-account';

/**
 * What a late fact did to the account, in plain sentences. `append` holds the fact, what was honoured and what became of
 * cards beside the correction.
 */
export function explainCorrection(
  { data }: LedgerCorrected,
  append: readonly ToldEvent[],
  names: Names,
): readonly string[] {
  const { words, nameOf } = names;
  const voice = { ...names, offsetMinutes: firstOffset(append) };
  const { say } = words;
  const fact = tellFactKey(data.cause, words);
  const named = ({ programme, wallet }: { readonly programme: string; readonly wallet: string }): string =>
    nameOf('wallets', { programme, id: wallet });
  const changes = data.deltas
    .filter(({ points }) => points !== 0)
    .map((delta) => say('walletChange', { wallet: named(delta), points: delta.points }));
  const shifts = data.entries.map((entry) =>
    entry.fact === data.cause
      ? say('lateFactEarned', { wallet: named(entry), points: entry.after })
      : say('factWent', { ...entry, fact: tellFactKey(entry.fact, words), wallet: named(entry) }),
  );
  return [
    changes.length > 0
      ? say('lateFact', { fact, changes: changes.join(', ') })
      : say('lateFactWithoutChange', { fact }),
    ...append.flatMap((one) => tellFact(one, voice)),
    ...shifts,
    ...(data.more > 0 ? [say('moreEntries', { entries: data.more })] : []),
    ...append.flatMap(({ event }) => (isOfCard(event) ? [tellDecision(event, voice)] : [])),
  ];
}

type CardDecision = Extract<LedgerDecision, { readonly data: { readonly card: string } }>;

const isOfCard = (event: AccountEvent): event is CardDecision => 'card' in event.data;

/** What no outlet reported is told in UTC. */
const firstOffset = (append: readonly ToldEvent[]): number =>
  append.map(({ event }) => outletOffset(event)).find((offset) => offset !== undefined) ?? 0;
