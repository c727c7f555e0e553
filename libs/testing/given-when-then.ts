import { createHash } from 'node:crypto';
import type { AccountEvent, Payment, Purchase, PurchaseLine } from '../capabilities/accounts/account/account.events';
import { initialAccount, type Account } from '../capabilities/accounts/account/account.state';
import {
  decideInOrder,
  decideOnHistory,
  type AccountDecider,
  type AccountDraft,
  type Overflowing,
} from '../capabilities/accounts/account/decide-account';
import type { AccountFact } from '../capabilities/accounts/account/effective-order';
import {
  purchaseDecider,
  type RecordPurchase,
  type RecordPurchaseRefusal,
} from '../capabilities/accounts/record-purchase/record-purchase.decide';
import type { Terms } from '../capabilities/programmes';
import { accept, type Refusal } from '../kernel/decision';
import type { ReceiptKey } from '../kernel/ids';
import { atOnce } from '../kernel/sliced';

/** A sale as a test tells it; unsaid, a card holder buys in Manila and the till reports a second later. */
export interface SaleSketch {
  readonly receipt?: string;
  readonly till?: string;
  readonly outlet?: string;
  readonly at?: string;
  readonly recordedAt?: string;
  /** One line for each, paid in money. */
  readonly amounts?: readonly number[];
  readonly lines?: readonly PurchaseLine[];
  readonly payments?: readonly Payment[];
  readonly currency?: string;
  readonly decimals?: number;
  readonly channel?: string;
  readonly offsetMinutes?: number;
  readonly source?: Purchase['source'];
  readonly anonymous?: boolean;
}

export function sale(told: SaleSketch): RecordPurchase {
  const { receipt = '000123', till = '2', outlet = 'manila-1', amounts = [13_500] } = told;
  const occurredAt = Date.parse(told.at ?? '2026-11-20T10:15:00+08:00');
  return {
    occurredAt,
    now: told.recordedAt === undefined ? occurredAt + 1_000 : Date.parse(told.recordedAt),
    purchase: {
      receiptKey: `${outlet}~${till}~${receipt}` as ReceiptKey,
      outlet,
      till,
      receipt,
      ...(told.anonymous === true ? {} : { presented: 'card' }),
      currency: told.currency ?? 'PHP',
      decimals: told.decimals ?? 2,
      lines: told.lines ?? amounts.map((amount, index) => ({ sku: `SKU-${index + 1}`, quantity: 1, amount })),
      ...(told.payments === undefined ? {} : { payments: told.payments }),
      channel: told.channel ?? 'shop',
      offsetMinutes: told.offsetMinutes ?? 480,
      source: told.source ?? 'till',
    },
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An account that has taken commands one by one, as they were delivered, the way a stream takes them. */
export interface ToldAccount {
  readonly account: Account;
  /** Honoured entitlements included. */
  readonly facts: readonly AccountFact[];
  readonly drafts: readonly AccountDraft[];
}

export const untold: ToldAccount = { account: initialAccount, facts: [], drafts: [] };

/** Asked as `runDecision` asks: with the history only where the decision needs it. A refusal ends the test. */
export function tell<Code extends string>(
  terms: Terms,
  before: ToldAccount,
  ...deciders: readonly AccountDecider<Code>[]
): ToldAccount {
  return deciders.reduce((told, decider) => {
    const draft = decideOn(terms, decider, told);
    if (draft.kind === 'refused') throw new Error(`a given command was refused: ${draft.code}: ${draft.detail}`);
    return { account: draft.next, facts: [...told.facts, ...factsIn(draft)], drafts: [...told.drafts, draft] };
  }, before);
}

export const deliver = (terms: Terms, sales: readonly RecordPurchase[]): ToldAccount =>
  tell(terms, untold, ...sales.map(purchaseDecider));

export function decideOn<Code extends string>(
  terms: Terms,
  decider: AccountDecider<Code>,
  { account, facts }: ToldAccount,
): AccountDraft | Refusal<Overflowing<Code>> {
  const asked = decideInOrder(decider, account, terms);
  if (asked.kind !== 'needsHistory') return asked;
  return atOnce(decideOnHistory(decider, { facts, announced: account.announced }, terms, sha256));
}

/** The facts of an append, as its stream gives them back. */
function factsIn({ facts, events }: AccountDraft): readonly AccountFact[] {
  const { occurredAt, recordedAt } = facts[0] as AccountFact;
  const honoured = events.flatMap((event): readonly AccountFact[] =>
    event.type === 'EntitlementHonoured'
      ? [{ event, occurredAt, effectiveAt: event.data.effectiveAt, recordedAt }]
      : [],
  );
  return [...facts, ...honoured];
}

/** A decider that records a fact as it stands, for tests of the ledger alone. */
export const recording = (fact: AccountFact): AccountDecider<never> => ({
  decide: () => accept(fact),
  outcome: () => ({}),
});

/** `given(terms, …earlier sales).when(sale)`: what is decided on it, and `then…` in the words of the business. */
export function given(terms: Terms, ...earlier: readonly SaleSketch[]) {
  const before = deliver(terms, earlier.map(sale));
  return {
    when(told: SaleSketch) {
      const decided = decideOn(terms, purchaseDecider(sale(told)), before);
      return {
        decided,
        /** Points of the sale's own lots by `programme.wallet`, of several lots their sum. */
        thenEarned: (expected: Readonly<Record<string, number>>) => expect(earnedIn(decided)).toEqual(expected),
        /** What the account holds afterwards by `programme.wallet`. */
        thenHolds: (expected: Readonly<Record<string, number>>) => expect(heldAfter(decided)).toEqual(expected),
        thenRefused: (code: RecordPurchaseRefusal, ...pointers: readonly string[]) =>
          expect(decided).toMatchObject({ kind: 'refused', code, errors: pointers.map((pointer) => ({ pointer })) }),
      };
    },
  };
}

function earnedIn(decided: AccountDraft | Refusal): Record<string, number> {
  const earned: Record<string, number> = {};
  if (decided.kind === 'refused') throw new Error(`refused: ${decided.code}`);
  for (const { programme, wallet, points } of decided.events.flatMap(ownLots)) {
    const key = `${programme}.${wallet}`;
    earned[key] = (earned[key] ?? 0) + points;
  }
  return earned;
}

function ownLots(event: AccountEvent): readonly { programme: string; wallet: string; points: number }[] {
  if (event.type === 'PointsEarned') return [event.data];
  if (event.type !== 'LedgerCorrected') return [];
  const { cause, entries } = event.data;
  return entries.filter(({ fact }) => fact === cause).map((entry) => ({ ...entry, points: entry.after }));
}

function heldAfter(decided: AccountDraft | Refusal): Record<string, number> {
  if (decided.kind === 'refused') throw new Error(`refused: ${decided.code}`);
  return Object.fromEntries(
    decided.next.wallets.map(({ programme, wallet, totals }) => [`${programme}.${wallet}`, totals.available]),
  );
}
