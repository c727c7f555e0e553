import { accept, refuse, type Decision, type FieldError, type Refusal } from '../../../kernel/decision';
import { MAX_AMOUNT, MAX_DECIMALS } from '../../../kernel/money';
import { termsAt, type Terms } from '../../programmes';
import type { Purchase, PurchaseFlag, PurchaseLine, WaitedReturn } from '../account/account.events';
import { comesLate } from '../account/account.ledger';
import type { Account } from '../account/account.state';
import type { AccountDecider } from '../account/decide-account';
import { placeOf, stampEffective, termsInstant, type AccountFact } from '../account/effective-order';
import { purchaseOutcome } from './record-purchase.answer';

/** A till reports a purchase, as it was; what the fold needs beside it is stamped by the decision. */
export interface RecordPurchase {
  readonly purchase: Omit<Purchase, 'flags'>;
  readonly occurredAt: number;
  /** The server's clock, which becomes `recordedAt`. */
  readonly now: number;
  /** It was quoted, and more than 15 minutes have passed (S31). */
  readonly quoteExpired?: boolean;
  /** Where a return was recorded before it. */
  readonly awaited?: AwaitedPurchase;
}

/** What became of the returns that came before their purchase. */
export interface AwaitedPurchase {
  /** They waited in the account of nobody, and come to that of the purchase; left out, that is the same account. */
  readonly returnedBefore?: readonly WaitedReturn[];
  /** One waits in the account of somebody else. */
  readonly elsewhere: boolean;
}

export type RecordPurchaseRefusal =
  | 'OccurredBefore1970'
  | 'DecimalsTooMany'
  | 'NoLines'
  | 'TooManyLines'
  | 'QuantityTooFine'
  | 'QuantityTooLarge'
  | 'AmountTooLarge'
  | 'PointsTooMany'
  | 'LineAmountMismatch'
  | 'PaymentsDoNotAddUp'
  | 'PaymentLineUnknown';

export const PURCHASE_LIMITS = { lines: 1000, quantity: 1_000_000_000 } as const;

/** Checks what no schema can, and stamps the fact (S1, S2): it is true from then on, whatever is learned later. */
export function recordPurchase(
  { purchase, occurredAt, now, quoteExpired, awaited }: RecordPurchase,
  account: Account,
  terms: Terms,
): Decision<AccountFact, RecordPurchaseRefusal> {
  const refusal = purchaseRefusal(purchase, occurredAt);
  if (refusal !== undefined) return refusal;
  const { effectiveAt, flags: stamped } = stampEffective(occurredAt, now, purchase.source);
  const flags: PurchaseFlag[] = [...stamped];
  const { returnedBefore } = awaited ?? {};
  const data = { ...purchase, ...(returnedBefore !== undefined && { returnedBefore }), flags };
  const event = { type: 'PurchaseRecorded', version: 1, data } as const;
  const fact = { event, occurredAt, effectiveAt, recordedAt: now };
  if (comesLate(account, placeOf(fact))) flags.unshift('late');
  // Programmes are in force, and not one of them counts in this currency.
  const inForce = termsAt(terms, purchase.termsAt ?? termsInstant(occurredAt, effectiveAt));
  if (inForce.length > 0 && inForce.every(({ document }) => document.currency !== purchase.currency)) {
    flags.push('currencyEarnsNothing');
  }
  if (quoteExpired === true) flags.push('quoteExpired');
  if (returnedBefore !== undefined && returnedBefore.length > 0) flags.push('returnedBefore');
  if (awaited?.elsewhere === true) flags.push('returnWaitsElsewhere');
  return accept(fact);
}

/** The purchase on its account: the fact, what the programmes make of it, and its answer. */
export const purchaseDecider = (command: RecordPurchase): AccountDecider<RecordPurchaseRefusal> => ({
  decide: ({ account, terms }) => recordPurchase(command, account, terms),
  outcome: (recorded) => purchaseOutcome(recorded, command.now),
});

type CheckedPurchase = RecordPurchase['purchase'];

/** The first thing that is wrong, with a pointer to every place where it is. */
function purchaseRefusal(purchase: CheckedPurchase, occurredAt: number): Refusal<RecordPurchaseRefusal> | undefined {
  const { lines, decimals } = purchase;
  const at = (pointer: string, detail: string): readonly FieldError[] => [{ pointer, detail }];
  if (occurredAt < 0) {
    const detail = 'A purchase cannot have occurred before 1970.';
    return refuse('OccurredBefore1970', detail, at('/occurredAt', 'Give a time from 1970-01-01T00:00:00Z on.'));
  }
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    const detail = `Amounts have at most ${MAX_DECIMALS} decimals, not ${decimals}.`;
    return refuse('DecimalsTooMany', detail, at('/decimals', `Give 0 to ${MAX_DECIMALS}.`));
  }
  if (lines.length === 0) {
    return refuse('NoLines', 'A purchase has at least one line.', at('/lines', 'Give at least one line.'));
  }
  if (lines.length > PURCHASE_LIMITS.lines) {
    const detail = `A purchase has at most ${PURCHASE_LIMITS.lines} lines, not ${lines.length}.`;
    return refuse('TooManyLines', detail, at('/lines', 'Split the purchase over several receipts.'));
  }
  return (
    refuseLines('QuantityTooLarge', 'A quantity is at most a thousand million.', lines, largeQuantity) ??
    refuseLines('QuantityTooFine', 'A quantity has at most three decimals.', lines, fineQuantity) ??
    refuseLargeAmounts(purchase) ??
    refuseLines('LineAmountMismatch', 'A line does not add up.', lines, mismatch) ??
    refusePayments(purchase)
  );
}

/** `wrongIn` says where in a line it is wrong, or undefined. */
export function refuseLines<Code extends string, Line>(
  code: Code,
  detail: string,
  lines: readonly Line[],
  wrongIn: (line: Line) => { readonly field: string; readonly detail: string } | undefined,
  linesAt = '/lines',
): Refusal<Code> | undefined {
  const errors: FieldError[] = [];
  lines.forEach((line, index) => {
    const wrong = wrongIn(line);
    if (wrong !== undefined) errors.push({ pointer: `${linesAt}/${index}/${wrong.field}`, detail: wrong.detail });
  });
  return errors.length === 0 ? undefined : refuse(code, detail, errors);
}

// The shortest text that reads as the number shows how many decimals the client wrote.
const quantityForm = /^\d+(\.\d{1,3})?$/;

export const fineQuantity = ({ quantity }: Pick<PurchaseLine, 'quantity'>) =>
  quantityForm.test(String(quantity))
    ? undefined
    : { field: 'quantity', detail: `Round ${quantity} to three decimals, 0 or more.` };

export const largeQuantity = ({ quantity }: Pick<PurchaseLine, 'quantity'>) =>
  !(quantity > PURCHASE_LIMITS.quantity)
    ? undefined
    : { field: 'quantity', detail: `Give at most ${PURCHASE_LIMITS.quantity}, not ${quantity}.` };

/** |quantity × unitPrice − discount − amount| is less than one minor unit, exactly. */
function mismatch({ quantity, unitPrice, discount = 0, amount }: PurchaseLine) {
  if (unitPrice === undefined) return undefined;
  // In thousandths of a minor unit: with numbers where the product stays exact, as then all that comes near it does, else with BigInt.
  const quantityMilli = Math.round(quantity * 1000);
  const gross = quantityMilli * unitPrice;
  const over =
    gross <= Number.MAX_SAFE_INTEGER
      ? gross - 1000 * (discount + amount)
      : BigInt(quantityMilli) * BigInt(unitPrice) - 1000n * (BigInt(discount) + BigInt(amount));
  if (over < 1000 && over > -1000) return undefined;
  const less = discount === 0 ? '' : ` less the discount of ${discount}`;
  return { field: 'amount', detail: `${quantity} × ${unitPrice}${less} is not ${amount}; correct one of them.` };
}

/** Sums of minor units stay exact numbers. */
function refuseLargeAmounts({ lines, payments = [] }: CheckedPurchase): Refusal<RecordPurchaseRefusal> | undefined {
  const sums = [
    ['/lines', sumOf(lines, ({ amount }) => amount)],
    ['/lines', sumOf(lines, ({ discount = 0 }) => discount)],
    ['/payments', sumOf(payments, ({ amount }) => amount)],
  ] as const;
  const large = sums.find(([, sum]) => sum > MAX_AMOUNT);
  if (large === undefined) return undefined;
  const detail = 'The amounts sum to more than 2^53-1 minor units.';
  return refuse('AmountTooLarge', detail, [
    { pointer: large[0], detail: 'Give fewer decimals or split the purchase.' },
  ]);
}

function refusePayments({ lines, payments }: CheckedPurchase): Refusal<RecordPurchaseRefusal> | undefined {
  if (payments === undefined) return undefined;
  const unknown = payments.flatMap(({ lines: settled = [] }, index): readonly FieldError[] => {
    const line = settled.find((named) => named >= lines.length);
    return line === undefined ? [] : [{ pointer: `/payments/${index}/lines`, detail: `There is no line ${line}.` }];
  });
  if (unknown.length > 0) return refuse('PaymentLineUnknown', 'A payment names a line there is not.', unknown);
  const due = sumOf(lines, ({ amount }) => amount);
  const paid = sumOf(payments, ({ amount }) => amount);
  if (due === paid) return undefined;
  return refuse('PaymentsDoNotAddUp', `The payments sum to ${paid}, the lines to ${due} minor units.`, [
    { pointer: '/payments', detail: `Give payments that sum to ${due}, or none at all for a purchase paid in money.` },
  ]);
}

const sumOf = <Item>(items: readonly Item[], amountOf: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + amountOf(item), 0);
