import {
  count,
  fraction,
  instant,
  listOf,
  objectOf,
  oneOfAtLeast,
  optional,
  orNull,
  whole,
  words,
  type ContractMembers,
} from '../../../kernel/contract-schema';
import type { AccountContract } from './account.contract';

/** Null for an anonymous purchase. */
const customerId = orNull(words);
const flags = listOf(oneOfAtLeast('late', 'beyondHorizon', 'inTheFuture', 'purchaseUnknown', 'quantityExceeded'));
const source = oneOfAtLeast('till', 'import');

const document = {
  outlet: words,
  till: words,
  receipt: words,
  businessDay: optional(words),
  currency: words,
  /** Amounts are integers of 10^-decimals of the currency. */
  decimals: count,
  amount: count,
  channel: words,
  source,
  flags,
} satisfies ContractMembers;

const line = { sku: words, category: optional(words), quantity: fraction, amount: count } satisfies ContractMembers;

const purchase = { ...document, lines: listOf(objectOf(line)) };

const redemption = {
  redemptionId: words,
  programme: words,
  revision: count,
  reward: words,
  issued: optional(words),
  wallet: optional(words),
  cost: optional(count),
} satisfies ContractMembers;

const lot = { programme: words, wallet: words, points: count, balanceChange: whole, lot: words };
const life = { activeAt: instant, expiresAt: orNull(instant) };
/** The purchase it comes from, null where it comes from something else. */
const cause = { purchaseId: orNull(words) };
const debt = { ...cause, programme: words, wallet: words, points: count, balanceChange: whole };
const reward = { programme: words, card: words, reward: words, issued: words };

/** What each published event of an account tells. Members are only ever added; what is there stays as it is. */
export const ACCOUNT_MEMBERS: Readonly<Record<AccountContract['type'], ContractMembers>> = {
  'loyalty.purchase.recorded.v1': { customerId, purchaseId: words, occurredAt: instant, ...purchase },
  'loyalty.purchase.returned.v1': {
    customerId,
    occurredAt: instant,
    ...document,
    lines: listOf(objectOf({ ...line, purchaseId: optional(words) })),
  },
  'loyalty.purchase.voided.v1': {
    customerId,
    purchaseId: words,
    occurredAt: instant,
    outlet: words,
    till: words,
    source,
    flags,
  },
  'loyalty.purchase.claimed.v1': {
    customerId,
    purchaseId: words,
    occurredAt: instant,
    claimedAt: instant,
    ...purchase,
  },
  'loyalty.activity.recorded.v1': {
    customerId,
    occurredAt: instant,
    activity: words,
    outlet: optional(words),
    channel: words,
    source,
    flags,
  },
  'loyalty.redemption.reserved.v1': { customerId, ...redemption, reservedUntil: instant },
  'loyalty.redemption.confirmed.v1': { customerId, occurredAt: instant, redemptionId: words },
  'loyalty.redemption.released.v1': { customerId, occurredAt: instant, redemptionId: words },
  'loyalty.redemption.reported.v1': { customerId, occurredAt: instant, ...redemption, source, flags },
  'loyalty.points.adjusted.v1': { customerId, programme: words, wallet: words, points: whole, role: words },
  'loyalty.entitlement.honoured.v1': {
    customerId,
    ...cause,
    programme: words,
    wallet: words,
    points: whole,
    outlet: optional(words),
  },
  'loyalty.points.earned.v1': { customerId, ...cause, ...lot, ...life, revision: count, rule: words },
  'loyalty.points.granted.v1': { customerId, ...lot, ...life, origin: words },
  'loyalty.points.activated.v1': { customerId, ...lot, at: instant },
  'loyalty.points.reserved.v1': { customerId, ...lot, redemptionId: words },
  'loyalty.points.released.v1': { customerId, ...lot, redemptionId: words },
  'loyalty.points.spent.v1': { customerId, ...lot, redemptionId: words },
  'loyalty.points.restored.v1': { customerId, ...lot, ...life, redemptionId: words },
  'loyalty.points.expired.v1': { customerId, ...lot, at: instant },
  'loyalty.points.reversed.v1': { customerId, ...lot, from: words },
  'loyalty.points.withdrawn.v1': { customerId, ...lot, origin: words },
  'loyalty.debt.incurred.v1': { customerId, ...debt },
  'loyalty.debt.paid.v1': { customerId, ...debt },
  'loyalty.debt.forgiven.v1': { customerId, ...debt },
  'loyalty.stamps.collected.v1': { customerId, programme: words, card: words, stamps: fraction, total: fraction },
  'loyalty.reward.issued.v1': { customerId, ...reward, expiresAt: orNull(instant), revision: count },
  'loyalty.reward.used.v1': { customerId, ...reward, redemptionId: words },
  'loyalty.reward.revoked.v1': { customerId, ...reward },
  'loyalty.reward.expired.v1': { customerId, ...reward, at: instant },
  'loyalty.ledger.corrected.v1': {
    customerId,
    ...cause,
    changes: listOf(objectOf({ programme: words, wallet: words, points: whole, balanceChange: whole })),
    hashBefore: words,
    hashAfter: words,
  },
};
