import type { JsonValue } from '../../../kernel/json';
import { rationalText, readRational, type Rational } from '../../../kernel/rational';
import type { FactPlace } from './effective-order';

/**
 * What the next fact needs of all earlier ones, and no more: it stays as small for ten thousand purchases as for one. Lots
 * are decisions, derived from the facts in effective order; no rule of this language version spends, expires or delays
 * one, so all of a wallet's lots act alike and their sum stands for them.
 */
export interface Account {
  /** Ordered by programme, then wallet. */
  readonly wallets: readonly WalletHolding[];
  /** The latest fact in effective order; what comes before it is late. Null on a new account. */
  readonly newest: FactPlace | null;
  /** A late fact was met without the history: the holdings are not to be used before the account is folded from the start. */
  readonly behind: boolean;
}

export interface WalletHolding {
  readonly programme: string;
  readonly wallet: string;
  /** Sum of the active lots. Points are whole and never negative. */
  readonly available: number;
  /** Where the wallet rounds by account: all points before rounding, and what was given of them. */
  readonly exact: Rational;
  readonly given: number;
}

export const initialAccount: Account = { wallets: [], newest: null, behind: false };

/** The account as a checkpoint stores it; `accountFromJson` turns back what this made, under the same language version. */
export function accountToJson({ wallets, newest, behind }: Account): JsonValue {
  return {
    wallets: wallets.map((holding) => ({ ...holding, exact: rationalText(holding.exact) })),
    newest: newest === null ? null : { ...newest },
    behind,
  };
}

export function accountFromJson(json: JsonValue): Account {
  const { wallets, newest, behind } = json as StoredAccount;
  return { wallets: wallets.map((holding) => ({ ...holding, exact: readRational(holding.exact) })), newest, behind };
}

type StoredAccount = {
  readonly wallets: readonly (Omit<WalletHolding, 'exact'> & { readonly exact: string })[];
  readonly newest: FactPlace | null;
  readonly behind: boolean;
};
