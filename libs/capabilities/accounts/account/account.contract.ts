import { assertNever } from '../../../kernel/defect';
import type { Contract, ContractContext } from '../../../kernel/contract';
import type { JsonObject } from '../../../kernel/json';
import { instantText } from '../../../kernel/time';
import type { AccountDecision, LedgerCorrected, LotPart, RewardPart } from './account-decisions.events';
import type { AccountEvent, AccountFactEvent, Purchase, Redemption, Return } from './account.events';
import { postingsOf, type Posting } from './postings';

/** Which stored events of an account leave, by the contract that tells of them. */
export const ACCOUNT_CONTRACTS = {
  'loyalty.purchase.recorded.v1': 'PurchaseRecorded',
  'loyalty.purchase.returned.v1': 'PurchaseReturned',
  'loyalty.purchase.voided.v1': 'PurchaseVoided',
  'loyalty.purchase.claimed.v1': 'PurchaseClaimed',
  'loyalty.activity.recorded.v1': 'ActivityRecorded',
  'loyalty.redemption.reserved.v1': 'RedemptionReserved',
  'loyalty.redemption.confirmed.v1': 'RedemptionConfirmed',
  'loyalty.redemption.released.v1': 'RedemptionReleased',
  'loyalty.redemption.reported.v1': 'RedemptionReported',
  'loyalty.points.adjusted.v1': 'PointsAdjusted',
  'loyalty.entitlement.honoured.v1': 'EntitlementHonoured',
  'loyalty.points.earned.v1': 'PointsEarned',
  'loyalty.points.granted.v1': 'PointsGranted',
  'loyalty.points.activated.v1': 'PointsActivated',
  'loyalty.points.reserved.v1': 'PointsReserved',
  'loyalty.points.released.v1': 'PointsReleased',
  'loyalty.points.spent.v1': 'PointsSpent',
  'loyalty.points.restored.v1': 'PointsRestored',
  'loyalty.points.expired.v1': 'PointsExpired',
  'loyalty.points.reversed.v1': 'PointsReversed',
  'loyalty.points.withdrawn.v1': 'PointsWithdrawn',
  'loyalty.debt.incurred.v1': 'DebtIncurred',
  'loyalty.debt.paid.v1': 'DebtPaid',
  'loyalty.debt.forgiven.v1': 'DebtForgiven',
  'loyalty.stamps.collected.v1': 'StampsCollected',
  'loyalty.reward.issued.v1': 'RewardIssued',
  'loyalty.reward.used.v1': 'RewardUsed',
  'loyalty.reward.revoked.v1': 'RewardRevoked',
  'loyalty.reward.expired.v1': 'RewardExpired',
  'loyalty.ledger.corrected.v1': 'LedgerCorrected',
} as const satisfies Readonly<Record<string, AccountEvent['type']>>;

export type AccountContract = Contract<keyof typeof ACCOUNT_CONTRACTS>;

const contractTypes = new Map(
  Object.entries(ACCOUNT_CONTRACTS).map(([contract, stored]) => [
    stored as AccountEvent['type'],
    contract as AccountContract['type'],
  ]),
);

/** Undefined for what does not leave. */
export function accountContract(event: AccountEvent, context: ContractContext): AccountContract | undefined {
  const type = contractTypes.get(event.type);
  return type && { type, data: { customerId: customerOf(context), ...dataOf(event, context) } };
}

/** Null for an anonymous purchase, whose account is its own. */
const customerOf = ({ subject }: ContractContext): string | null => (subject.startsWith('cus_') ? subject : null);

function dataOf(event: AccountEvent, context: ContractContext): JsonObject {
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'PurchaseReturned':
    case 'PurchaseVoided':
    case 'PurchaseClaimed':
    case 'ActivityRecorded':
    case 'RedemptionReserved':
    case 'RedemptionConfirmed':
    case 'RedemptionReleased':
    case 'RedemptionReported':
    case 'PointsAdjusted':
    case 'EntitlementHonoured':
      return factData(event, context);
    default:
      return decisionData(event, context);
  }
}

function factData(event: AccountFactEvent, context: ContractContext): JsonObject {
  const { occurredAt } = context;
  switch (event.type) {
    case 'PurchaseRecorded':
      return { purchaseId: context.purchaseId(event.data.receiptKey), occurredAt, ...purchaseData(event.data) };
    case 'PurchaseReturned':
      return { occurredAt, ...returnData(event.data, context) };
    case 'PurchaseVoided': {
      const { receiptKey, outlet, till, source, flags } = event.data;
      return { purchaseId: context.purchaseId(receiptKey), occurredAt, outlet, till, source, flags };
    }
    case 'PurchaseClaimed': {
      const { purchase, claimedAt } = event.data;
      const purchaseId = context.purchaseId(purchase.receiptKey);
      return { purchaseId, occurredAt, claimedAt: instantText(claimedAt), ...purchaseData(purchase) };
    }
    case 'ActivityRecorded': {
      const { activity, outlet, channel, source, flags } = event.data;
      return { occurredAt, activity, ...(outlet !== undefined && { outlet }), channel, source, flags };
    }
    case 'RedemptionReserved':
      return { ...redemptionData(event.data), reservedUntil: instantText(event.data.reservedUntil) };
    case 'RedemptionConfirmed':
    case 'RedemptionReleased':
      return { occurredAt, redemptionId: event.data.redemption };
    case 'RedemptionReported':
      return { occurredAt, ...redemptionData(event.data), source: event.data.source, flags: event.data.flags };
    case 'PointsAdjusted': {
      const { programme, wallet, points, role } = event.data;
      return { programme, wallet, points, role };
    }
    case 'EntitlementHonoured': {
      const { cause, programme, wallet, points, outlet } = event.data;
      return { ...causeData(cause, context), programme, wallet, points, ...(outlet !== undefined && { outlet }) };
    }
    default:
      return assertNever(event);
  }
}

function purchaseData(purchase: Purchase): JsonObject {
  const { outlet, till, receipt, businessDay, currency, decimals, lines, channel, source, flags } = purchase;
  return {
    outlet,
    till,
    receipt,
    ...(businessDay === undefined ? {} : { businessDay }),
    currency,
    decimals,
    amount: lines.reduce((sum, line) => sum + line.amount, 0),
    lines: lines.map(({ sku, category, quantity, amount }) => ({
      sku,
      ...(category === undefined ? {} : { category }),
      quantity,
      amount,
    })),
    channel,
    source,
    flags,
  };
}

function returnData(document: Return, { purchaseId }: ContractContext): JsonObject {
  const { outlet, till, receipt, businessDay, currency, decimals, lines, channel, source, flags } = document;
  return {
    outlet,
    till,
    receipt,
    ...(businessDay === undefined ? {} : { businessDay }),
    currency,
    decimals,
    amount: lines.reduce((sum, line) => sum + line.amount, 0),
    lines: lines.map(({ sku, category, quantity, amount, of }) => ({
      sku,
      ...(category === undefined ? {} : { category }),
      quantity,
      amount,
      ...(of === undefined ? {} : { purchaseId: purchaseId(of) }),
    })),
    channel,
    source,
    flags,
  };
}

const redemptionData = ({ redemption, programme, revision, reward, issued, wallet, cost }: Redemption): JsonObject => ({
  redemptionId: redemption,
  programme,
  revision,
  reward,
  ...(issued === undefined ? {} : { issued }),
  ...(wallet === undefined ? {} : { wallet, cost }),
});

function decisionData(event: AccountDecision, context: ContractContext): JsonObject {
  switch (event.type) {
    case 'PointsEarned': {
      const { because, lot } = event.data;
      const { revision, rule } = because;
      return {
        ...causeData(causeOfLot(lot), context),
        ...lotData(event, context),
        ...life(event.data),
        revision,
        rule,
      };
    }
    case 'PointsGranted':
      return { ...lotData(event, context), ...life(event.data), origin: event.data.origin };
    case 'PointsRestored':
      return { ...lotData(event, context), ...life(event.data), redemptionId: event.data.redemption };
    case 'PointsReserved':
    case 'PointsReleased':
    case 'PointsSpent':
      return { ...lotData(event, context), redemptionId: event.data.redemption };
    case 'PointsActivated':
    case 'PointsExpired':
      return { ...lotData(event, context), at: instantText(event.data.at) };
    case 'PointsReversed':
      return { ...lotData(event, context), from: event.data.from };
    case 'PointsWithdrawn':
      return { ...lotData(event, context), origin: event.data.origin };
    case 'DebtIncurred':
    case 'DebtPaid':
    case 'DebtForgiven': {
      const { programme, wallet, points, cause } = event.data;
      return { ...causeData(cause, context), programme, wallet, points, balanceChange: balanceChange(event) };
    }
    case 'StampsCollected': {
      const { programme, card, milli, total } = event.data;
      return { programme, card, stamps: milli / 1000, total: total / 1000 };
    }
    case 'RewardIssued': {
      const { expiresAt, revision } = event.data;
      return { ...rewardData(event.data), expiresAt: instantOrNull(expiresAt), revision };
    }
    case 'RewardUsed':
      return { ...rewardData(event.data), redemptionId: event.data.redemption };
    case 'RewardRevoked':
      return rewardData(event.data);
    case 'RewardExpired':
      return { ...rewardData(event.data), at: instantText(event.data.at) };
    case 'LedgerCorrected':
      return { ...causeData(event.data.cause, context), ...correctionData(event) };
    case 'LapsesAnnounced':
      return {};
    default:
      return assertNever(event);
  }
}

type LotDecision = Extract<AccountDecision, { readonly data: LotPart }>;

function lotData(decision: LotDecision, { lotId }: ContractContext): JsonObject {
  const { programme, wallet, points, lot } = decision.data;
  return { programme, wallet, points, balanceChange: balanceChange(decision), lot: lotId(lot) };
}

const life = ({ activeAt, expiresAt }: { readonly activeAt: number; readonly expiresAt: number | null }) => ({
  activeAt: instantText(activeAt),
  expiresAt: instantOrNull(expiresAt),
});

const rewardData = ({ programme, card, reward, issued }: RewardPart): JsonObject => ({
  programme,
  card,
  reward,
  issued,
});

const correctionData = (event: LedgerCorrected): JsonObject => ({
  changes: event.data.deltas.map(({ programme, wallet, points }, index) => {
    const posting = postingsOf(event)[index];
    return { programme, wallet, points, balanceChange: posting === undefined ? 0 : balanceMove(posting) };
  }),
  hashBefore: event.data.hashBefore,
  hashAfter: event.data.hashAfter,
});

/** By how much available + reserved − debt changes: what a balance kept from the feed is the sum of. */
const balanceChange = (decision: AccountDecision): number =>
  postingsOf(decision).reduce((sum, posting) => sum + balanceMove(posting), 0);

const balanceMove = ({ moved: { available = 0, reserved = 0, debt = 0 } }: Posting): number =>
  available + reserved - debt;

const instantOrNull = (at: number | null): string | null => (at === null ? null : instantText(at));

/** A lot is named after its fact, its rule, its programme and its wallet. */
const causeOfLot = (lot: string): string => lot.split('~').slice(0, -3).join('~');

/** The purchase a fact key names; every other fact has a kind before its name, or is a redemption. */
function causeData(cause: string, { purchaseId }: ContractContext): JsonObject {
  const isReceipt = cause.includes('~') && !/^(return|void|activity|adjustment|honour|confirm|release)~/.test(cause);
  return { purchaseId: isReceipt ? purchaseId(cause) : null };
}
