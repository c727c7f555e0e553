import type { Account, WalletTotals } from '../../capabilities/accounts/account/account.state';
import { cardRow } from '../account-story';
import type { ModelLedger, ModelProgramme } from './ledger-model';

/** What ledger and model can both be asked for: where the points of every wallet are, what is owed, and every card. */
interface Seen {
  /** Those that anything ever happened to. */
  readonly wallets: readonly { readonly programme: string; readonly wallet: string; readonly totals: WalletTotals }[];
  /** Programme, card, then S, used, live and owed of S39. */
  readonly cards: readonly (string | number)[][];
}

const moved = ({ totals }: { readonly totals: WalletTotals }): boolean =>
  Object.values(totals).some((points) => points !== 0);

/** All revisions of the programmes say the same of how many stamps a card needs. */
export function seenInLedger({ wallets, cards }: Account, programmes: readonly ModelProgramme[]): Seen {
  const documents = programmes.flatMap(({ revisions }) => revisions.map(({ document }) => document));
  const every = new Map(documents.flatMap(({ stampCards = [] }) => stampCards.map((card) => [card.id, card.every])));
  return {
    wallets: wallets.filter(moved).map(({ programme, wallet, totals }) => ({ programme, wallet, totals })),
    cards: cards
      .filter(({ milli, used }) => milli !== 0 || used !== 0)
      .map((card) => [card.programme, card.card, ...cardRow(card, every.get(card.card) ?? 1)]),
  };
}

export function seenInModel({ wallets, cards }: ModelLedger): Seen {
  return {
    wallets: wallets.filter(moved).map(({ programme, wallet, totals }) => ({ programme, wallet, totals })),
    cards: cards
      .filter(({ stamps, used }) => stamps !== 0 || used !== 0)
      .map(({ programme, card, stamps, used, live, owed }) => [programme, card, stamps / 1000, used, live, owed]),
  };
}
