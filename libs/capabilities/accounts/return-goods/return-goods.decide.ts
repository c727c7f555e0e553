import { accept, refuse, type Acceptance, type FieldError, type Refusal } from '../../../kernel/decision';
import { MAX_AMOUNT, MAX_DECIMALS } from '../../../kernel/money';
import type { PurchaseFlag, Return } from '../account/account.events';
import { comesLate } from '../account/account.ledger';
import { NEEDS_HISTORY, type AccountDecider, type KnownAccount, type NeedsHistory } from '../account/decide-account';
import { placeOf, stampEffective, type AccountFact } from '../account/effective-order';
import { matchReturn, type Past } from '../account/past';
import { isOutside } from '../account/post-return';
import { fineQuantity, largeQuantity, PURCHASE_LIMITS, refuseLines } from '../record-purchase/record-purchase.decide';
import { amountsOf, type UnpricedLine } from './return-amounts';
import { returnOutcome } from './return-goods.answer';

/** Goods were brought back; what the fold needs beside it is stamped by the decision. */
export interface ReturnGoods {
  readonly document: Omit<Return, 'lines' | 'flags'>;
  /** With the amount, or without where it follows from the purchase. */
  readonly lines: readonly UnpricedLine[];
  /** Where the lines stand in the request, for whoever is told what is wrong with them. */
  readonly linesAt: '/lines' | '/returns';
  readonly occurredAt: number;
  /** The server's clock, which becomes `recordedAt`. */
  readonly now: number;
  /** The account is one that was opened for a receipt of nobody. */
  readonly anonymous: boolean;
}

export type ReturnGoodsRefusal =
  | 'DecimalsTooMany'
  | 'TooManyLines'
  | 'QuantityTooFine'
  | 'QuantityTooLarge'
  | 'AmountTooLarge'
  | 'ReturnAmountNeeded'
  | 'ReturnLineUnknown'
  | 'CurrencyDiffers'
  | 'PurchaseVoided';

/** The return on the account of its purchases. */
export const returnDecider = (command: ReturnGoods): AccountDecider<ReturnGoodsRefusal> => ({
  decide: (known) => returnGoods(command, known),
  outcome: (recorded) => returnOutcome(recorded, command),
});

/** Checks what no schema can, finds out what the goods had cost, and stamps the fact with what is known of it now (S1, S2). */
export function returnGoods(
  { document, lines, linesAt, occurredAt, now }: ReturnGoods,
  { account, ledger }: KnownAccount,
): Acceptance<AccountFact> | Refusal<ReturnGoodsRefusal> | NeedsHistory {
  const malformed = malformedRefusal(document, lines, linesAt);
  if (malformed !== undefined) return malformed;
  if (ledger === undefined) return NEEDS_HISTORY;
  const { past } = ledger;
  const amounts = amountsOf(lines, past.purchases);
  const refusal = purchaseRefusal(document, lines, linesAt, past) ?? amountRefusal(lines, amounts, linesAt);
  if (refusal !== undefined) return refusal;

  const { effectiveAt, flags: stamped } = stampEffective(occurredAt, now, document.source);
  const data = { ...document, lines: lines.map((line, index) => ({ ...line, amount: amounts[index] ?? 0 })) };
  const factWith = (flags: readonly PurchaseFlag[]): AccountFact => ({
    event: { type: 'PurchaseReturned', version: 1, data: { ...data, flags } },
    occurredAt,
    effectiveAt,
    recordedAt: now,
  });
  const late = comesLate(account, placeOf(factWith([])));
  const flags = late ? (['late', ...stamped] as const) : stamped;
  return accept(factWith([...flags, ...matchFlags({ ...data, flags }, past, occurredAt, late)]));
}

/** The same order for every return: what is wrong with the document itself comes before what is wrong with its purchase. */
function malformedRefusal(
  { decimals }: ReturnGoods['document'],
  lines: readonly UnpricedLine[],
  linesAt: ReturnGoods['linesAt'],
): Refusal<ReturnGoodsRefusal> | undefined {
  const at = (pointer: string, detail: string): readonly FieldError[] => [{ pointer, detail }];
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    const detail = `Amounts have at most ${MAX_DECIMALS} decimals, not ${decimals}.`;
    return refuse('DecimalsTooMany', detail, at('/decimals', `Give 0 to ${MAX_DECIMALS}.`));
  }
  if (lines.length > PURCHASE_LIMITS.lines) {
    const detail = `A return has at most ${PURCHASE_LIMITS.lines} lines, not ${lines.length}.`;
    return refuse('TooManyLines', detail, at(linesAt, 'Split the return over several receipts.'));
  }
  const wrong =
    refuseLines('QuantityTooLarge', 'A quantity is at most a thousand million.', lines, largeQuantity, linesAt) ??
    refuseLines('QuantityTooFine', 'A quantity has at most three decimals.', lines, fineQuantity, linesAt);
  if (wrong !== undefined) return wrong;
  if (lines.reduce((sum, { amount = 0 }) => sum + amount, 0) <= MAX_AMOUNT) return undefined;
  const detail = 'The amounts sum to more than 2^53-1 minor units.';
  return refuse('AmountTooLarge', detail, at(linesAt, 'Give fewer decimals or split the return.'));
}

function purchaseRefusal(
  { currency, decimals }: ReturnGoods['document'],
  lines: readonly UnpricedLine[],
  linesAt: ReturnGoods['linesAt'],
  { purchases, voided }: Past,
): Refusal<ReturnGoodsRefusal> | undefined {
  for (const { of } of lines) {
    if (of === undefined) continue;
    if (voided.has(of)) {
      return refuse('PurchaseVoided', `The purchase ${of} was voided: nothing of it can be returned any more.`);
    }
    const bought = purchases.get(of)?.purchase;
    if (bought === undefined || (bought.currency === currency && bought.decimals === decimals)) continue;
    const detail = `The purchase is in ${bought.currency} with ${bought.decimals} decimals, the return in ${currency} with ${decimals}.`;
    const pointer = bought.currency === currency ? '/decimals' : '/currency';
    return refuse('CurrencyDiffers', detail, [{ pointer, detail: 'Give those of the purchase.' }]);
  }
  return refuseLines(
    'ReturnLineUnknown',
    'A line of a return names a line that was not bought.',
    lines,
    (line) => {
      if (line.line === undefined) return undefined;
      const rated = line.of === undefined ? undefined : purchases.get(line.of);
      if (line.of !== undefined && rated === undefined) return undefined;
      if (rated?.purchase.lines[line.line]?.sku === line.sku) return undefined;
      const of =
        line.of === undefined ? 'No purchase is named' : `Line ${line.line} of ${line.of} is not of ${line.sku}`;
      return { field: 'line', detail: `${of}; correct it, or leave the line out.` };
    },
    linesAt,
  );
}

function amountRefusal(
  lines: readonly UnpricedLine[],
  amounts: readonly (number | undefined)[],
  linesAt: ReturnGoods['linesAt'],
): Refusal<ReturnGoodsRefusal> | undefined {
  const errors = lines.flatMap(({ sku }, index): readonly FieldError[] =>
    amounts[index] === undefined
      ? [{ pointer: `${linesAt}/${index}/amount`, detail: `Say what was given back for ${sku}.` }]
      : [],
  );
  if (errors.length === 0) return undefined;
  return refuse('ReturnAmountNeeded', 'What the goods had cost is not known: state the amounts.', errors);
}

/** What can be told of it already. Whether a late one exceeds what was left at its time only the ledger can tell. */
function matchFlags(document: Return, past: Past, occurredAt: number, late: boolean): readonly PurchaseFlag[] {
  const { matched, unmatched, exceeded } = matchReturn(document, past, (key) => past.purchases.get(key));
  const flags: PurchaseFlag[] = [];
  if (unmatched.some(({ of }) => of !== undefined)) flags.push('purchaseUnknown');
  if (exceeded) return late ? flags : [...flags, 'quantityExceeded'];
  const outside = matched.some(({ rated }) => isOutside({ occurredAt }, rated));
  return outside ? [...flags, 'outsideWindow'] : flags;
}
