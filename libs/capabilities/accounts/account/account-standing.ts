import { instantText } from '../../../kernel/time';
import { termsAt, type CompiledProgramme, type Terms } from '../../programmes';
import type { Account, Card } from './account.state';

/** Points of one wallet; balance = available + reserved − debt. */
export type Balance = {
  readonly programme: string;
  readonly wallet: string;
  readonly available: number;
  readonly pending: number;
  readonly reserved: number;
  readonly debt: number;
};

/** How far a stamp card is: what has been collected since the last reward; below 0 stamps are owed for one that was used. */
export type CardStanding = {
  readonly programme: string;
  readonly card: string;
  /** With up to three decimals, where parts of a unit were bought. */
  readonly stamps: number;
  readonly every: number;
};

/** A reward the customer holds. */
export type HeldReward = {
  readonly programme: string;
  readonly reward: string;
  /** By which it is redeemed. */
  readonly issued: string;
  /** RFC 3339, exclusive; null = never. */
  readonly expiresAt: string | null;
};

/** Every wallet of the programmes in force, in their order, then what else the account holds. */
export function balancesOf({ wallets }: Account, terms: Terms, now: number): readonly Balance[] {
  const named = termsAt(terms, now).flatMap((compiled) =>
    compiled.wallets.map((wallet) => ({ programme: compiled.programme, wallet: wallet.terms.id })),
  );
  const others = wallets.filter(
    ({ programme, wallet }) => !named.some((known) => known.programme === programme && known.wallet === wallet),
  );
  return [...named, ...others].map(({ programme, wallet }) => {
    const held = wallets.find((holding) => holding.programme === programme && holding.wallet === wallet)?.totals;
    const { available = 0, pending = 0, reserved = 0, debt = 0 } = held ?? {};
    return { programme, wallet, available, pending, reserved, debt };
  });
}

/** Every card of the programmes in force. */
export function cardsOf({ cards }: Account, terms: Terms, now: number): readonly CardStanding[] {
  return termsAt(terms, now).flatMap((compiled) =>
    compiled.cards.map(({ terms: { id, every } }) => {
      const held = cards.find((card) => card.programme === compiled.programme && card.card === id);
      return { programme: compiled.programme, card: id, stamps: openStamps(held, every), every };
    }),
  );
}

function openStamps(card: Card | undefined, every: number): number {
  if (card === undefined) return 0;
  return (card.milli - 1000 * every * (card.used + card.expired + card.live.length)) / 1000;
}

export const heldRewards = ({ cards }: Account): readonly HeldReward[] =>
  cards.flatMap(({ programme, live }) =>
    live
      .filter(({ reservedFor }) => reservedFor === undefined)
      .map(({ reward, issued, expiresAt }) => ({
        programme,
        reward,
        issued,
        expiresAt: expiresAt === null ? null : instantText(expiresAt),
      })),
  );

/** What a programme in force calls one of its wallets, cards or rewards; the id where it is not known any more. */
export function nameIn(
  kind: 'wallets' | 'stampCards' | 'rewards',
  { programme, id }: { readonly programme: string; readonly id: string },
  terms: Terms,
  now: number,
): string {
  const compiled: CompiledProgramme | undefined = termsAt(terms, now).find((known) => known.programme === programme);
  return compiled?.document[kind]?.find((named) => named.id === id)?.name ?? id;
}
