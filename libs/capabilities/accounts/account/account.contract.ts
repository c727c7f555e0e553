import { assertNever } from '../../../kernel/defect';
import type { Contract, ContractContext } from '../../../kernel/contract';
import { instantText } from '../../../kernel/time';
import type { AccountEvent, LedgerCorrected, PointsEarned, PurchaseRecorded } from './account.events';

export type AccountContract = Contract<
  'loyalty.purchase.recorded.v1' | 'loyalty.points.earned.v1' | 'loyalty.ledger.corrected.v1'
>;

/** Which stored events of an account leave, by the contract that tells of them. */
export const ACCOUNT_CONTRACTS: Readonly<Record<AccountContract['type'], AccountEvent['type']>> = {
  'loyalty.purchase.recorded.v1': 'PurchaseRecorded',
  'loyalty.points.earned.v1': 'PointsEarned',
  'loyalty.ledger.corrected.v1': 'LedgerCorrected',
};

/** `receiptKey`: of the command that recorded the event. */
export function accountContract(event: AccountEvent, receiptKey: string, context: ContractContext): AccountContract {
  const purchase = { customerId: customerOf(context), purchaseId: context.purchaseId(receiptKey) };
  switch (event.type) {
    case 'PurchaseRecorded':
      return { type: 'loyalty.purchase.recorded.v1', data: { ...purchase, ...purchaseData(event.data, context) } };
    case 'PointsEarned':
      return { type: 'loyalty.points.earned.v1', data: { ...purchase, ...lotData(event.data, context) } };
    case 'LedgerCorrected':
      return { type: 'loyalty.ledger.corrected.v1', data: { ...purchase, ...correctionData(event.data) } };
    default:
      return assertNever(event);
  }
}

/** Null for an anonymous purchase, whose account is its own. */
const customerOf = ({ subject }: ContractContext): string | null => (subject.startsWith('cus_') ? subject : null);

function purchaseData(
  { outlet, till, receipt, businessDay, currency, decimals, lines, channel, source, flags }: PurchaseRecorded['data'],
  { occurredAt }: ContractContext,
) {
  return {
    occurredAt,
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

function lotData(
  { programme, wallet, points, lot, activeAt, expiresAt, because }: PointsEarned['data'],
  context: ContractContext,
) {
  return {
    programme,
    wallet,
    points,
    lot: context.lotId(lot),
    activeAt: instantText(activeAt),
    expiresAt: expiresAt === null ? null : instantText(expiresAt),
    revision: because.revision,
    rule: because.rule,
  };
}

const correctionData = ({ deltas, hashBefore, hashAfter }: LedgerCorrected['data']) => ({
  changes: deltas.map(({ programme, wallet, points }) => ({ programme, wallet, points })),
  hashBefore,
  hashAfter,
});
