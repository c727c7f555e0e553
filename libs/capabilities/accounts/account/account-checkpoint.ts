import type { JsonValue } from '../../../kernel/json';
import { rationalText, readRational } from '../../../kernel/rational';
import type { Account, Wallet } from './account.state';
import { activationOrder, SortedLots, spendOrder, type Lot } from './sorted-lots';

/** Form of what is written below; a checkpoint of another form is ignored and made anew. */
export const CHECKPOINT_FORM = 3;

/** The account as a checkpoint stores it; `accountFromJson` turns back what this made. */
export function accountToJson(account: Account): JsonValue {
  const { wallets, settlesAt, announced } = account;
  return {
    ...account,
    wallets: wallets.map(walletToJson),
    settlesAt: settlesAt === Infinity ? null : settlesAt,
    announced: announced === -Infinity ? null : announced,
  };
}

export function accountFromJson(json: JsonValue): Account {
  const stored = json as StoredAccount;
  return {
    ...stored,
    wallets: stored.wallets.map(walletFromJson),
    settlesAt: stored.settlesAt ?? Infinity,
    announced: stored.announced ?? -Infinity,
  };
}

const walletToJson = (wallet: Wallet) => ({
  ...wallet,
  lots: [...wallet.lots],
  pending: [...wallet.pending],
  exact: rationalText(wallet.exact),
});

const walletFromJson = (wallet: StoredWallet): Wallet => ({
  ...wallet,
  lots: SortedLots.of(spendOrder, wallet.lots),
  pending: SortedLots.of(activationOrder, wallet.pending),
  exact: readRational(wallet.exact),
});

type StoredAccount = Omit<Account, 'wallets' | 'settlesAt' | 'announced'> & {
  readonly wallets: readonly StoredWallet[];
  readonly settlesAt: number | null;
  readonly announced: number | null;
};

type StoredWallet = Omit<Wallet, 'lots' | 'pending' | 'exact'> & {
  readonly lots: readonly Lot[];
  readonly pending: readonly Lot[];
  readonly exact: string;
};
