/**
 * The rule language, version 1: what a programme owner writes. One JSON document a revision; `programme-document.schema.ts`
 * is its published JSON Schema, `compile-programme.ts` turns it into closures once a revision. Amounts of money and points
 * are decimal strings ("1.00", "0.5") so that nothing is ever rounded on the way in.
 */
export const LANGUAGE_VERSION = 1;

export type ProgrammeDocument = {
  /** Version of the rule language the document is written for. */
  readonly language: typeof LANGUAGE_VERSION;
  readonly name: string;
  /** ISO 4217; purchases in another currency earn nothing and are flagged. */
  readonly currency: string;
  /** IANA zone of the programme's own calendar. */
  readonly timeZone: string;
  readonly wallets: readonly WalletTerms[];
  readonly rules: readonly EarningRule[];
};

export type WalletTerms = {
  readonly id: string;
  readonly name: string;
  readonly rounding: Rounding;
};

export type Rounding = {
  readonly mode: 'floor' | 'half-even' | 'ceiling';
  /** Where the one rounding happens: every line, the whole basket, or the running total of the account (S17). */
  readonly scope: 'line' | 'basket' | 'account';
};

/** All given conditions must hold. Line conditions (`categories`, `skus`) choose lines, the others whole purchases. */
export type RuleConditions = {
  readonly categories?: readonly string[];
  readonly skus?: readonly string[];
  readonly outlets?: readonly string[];
  readonly channels?: readonly string[];
  /** Local days of the outlet, at `occurredAt`: from inclusive, until exclusive, "YYYY-MM-DD". */
  readonly from?: string;
  readonly until?: string;
  /** 1 = Monday … 7 = Sunday, local to the outlet. */
  readonly weekdays?: readonly number[];
  /** Local time of day, "HH:MM", half-open; may run over midnight. */
  readonly hours?: { readonly from: string; readonly until: string };
  /** Least amount of the purchase that earns, in the programme's currency. */
  readonly minimumAmount?: string;
};

type RuleHead = {
  readonly id: string;
  /** Words for people, shown by "why"; by default the rule explains itself. */
  readonly description?: string;
  readonly when?: RuleConditions;
};

export type EarningRule =
  /** `points` for every `amount` of money, in proportion (the wallet rounds): per amount, and per category with `when.categories`. */
  | (RuleHead & {
      readonly kind: 'perAmount';
      readonly wallet: string;
      readonly points: string;
      readonly amount: string;
    })
  /** `points` for every purchase with at least one matching paid line. */
  | (RuleHead & { readonly kind: 'perVisit'; readonly wallet: string; readonly points: string })
  /** `points` for every unit bought on matching paid lines. */
  | (RuleHead & { readonly kind: 'perItem'; readonly wallet: string; readonly points: string })
  /** Multiplies what the other rules give to the wallet on matching lines; several multiply each other. */
  | (RuleHead & { readonly kind: 'multiplier'; readonly wallet: string; readonly factor: string })
  /** Matching lines earn nothing: in the named wallets, or in all of the programme. */
  | (RuleHead & { readonly kind: 'exclusion'; readonly wallets?: readonly string[] });
