import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { Defect } from '../../../libs/kernel/defect';
import { PRICE_DECIMALS, type Invoice, type InvoiceLine } from './invoice';

export const OUTLET = 'online';
export const OUTLET_ZONE = 'Europe/London';

/** Fixed for ever: the till is part of a receipt's business key, so it may depend on nothing but the invoice. */
export const TILLS = 16;

/** What purchases and returns have in common: the body's head, by which it is known for ever. */
export interface ReceiptHead {
  readonly outlet: string;
  readonly till: string;
  readonly receipt: string;
  readonly occurredAt: string;
  readonly customer?: { readonly card: string };
  readonly channel: 'online';
  readonly currency: 'GBP';
  readonly decimals: number;
}

/** The body of `POST /v1/purchases`. */
export interface PurchaseBody extends ReceiptHead {
  readonly lines: readonly PurchaseBodyLine[];
}

interface PurchaseBodyLine {
  readonly sku: string;
  readonly category: LineCategory;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly amount: number;
}

export type LineCategory = 'goods' | 'service' | 'gift-card';

/** The same invoice gives the same body on every run and every machine. */
export function purchaseOfInvoice(invoice: Invoice): PurchaseBody {
  const head = receiptHead(invoice);
  return {
    ...head,
    lines: invoice.lines.map((line) => ({
      sku: articleOf(line),
      category: categoryOf(line.stockCode),
      quantity: line.quantity,
      unitPrice: amountOf(line, 1, head),
      amount: amountOf(line, line.quantity, head),
    })),
  };
}

export function receiptHead(invoice: Invoice): ReceiptHead {
  return {
    outlet: OUTLET,
    till: tillOf(invoice),
    receipt: invoice.number,
    occurredAt: ukTime(timeOf(invoice)),
    ...(invoice.customer === undefined ? {} : { customer: { card: invoice.customer } }),
    channel: 'online',
    currency: 'GBP',
    decimals: decimalsOf(invoice.lines),
  };
}

/** Some invoices were written over the turn of a minute: the first line's time is the invoice's. */
export function timeOf(invoice: Invoice): string {
  const [first] = invoice.lines;
  if (first === undefined) throw new Defect(`invoice ${invoice.number} has no line`);
  return first.time;
}

export const articleOf = (line: InvoiceLine): string => line.stockCode.trim();

/** So many units at the line's price, in 10^-decimals of a pound; exact. */
export const amountOf = ({ unitPrice }: InvoiceLine, quantity: number, { decimals }: ReceiptHead): number =>
  Number((unitPrice / 10n ** BigInt(PRICE_DECIMALS - decimals)) * BigInt(quantity));

/** The least number of decimals, but not below the 2 of GBP, that holds every price exactly; amounts are whole multiples of prices. */
function decimalsOf(lines: readonly InvoiceLine[]): number {
  for (let decimals = 2; decimals < PRICE_DECIMALS; decimals += 1) {
    const scale = 10n ** BigInt(PRICE_DECIMALS - decimals);
    if (lines.every((line) => line.unitPrice % scale === 0n)) return decimals;
  }
  return PRICE_DECIMALS;
}

/** All invoices of a customer go through one till, those without a customer spread by their number. */
function tillOf(invoice: Invoice): string {
  const digest = createHash('sha256')
    .update(invoice.customer ?? invoice.number)
    .digest();
  return String((digest.readUInt32BE(0) % TILLS) + 1);
}

/** UK wall-clock time with its offset. Of a time that happens twice the first is meant; one that is skipped moves forward. */
export function ukTime(local: string): string {
  const time = DateTime.fromFormat(local, 'yyyy-MM-dd HH:mm:ss', { zone: OUTLET_ZONE });
  if (!time.isValid) throw new Defect(`no such time: ${local}`);
  const [first = time] = time.getPossibleOffsets();
  return first.toISO({ suppressMilliseconds: true });
}

const SERVICES = new Set([
  'ADJUST',
  'AMAZONFEE',
  'B',
  'BANK CHARGES',
  'C2',
  'C3',
  'D',
  'DOT',
  'M',
  'POST',
  'S',
  'TEST001',
  'TEST002',
]);

/** Postage, fees, manual entries and the like are no goods; gift vouchers are money in another form. */
export function categoryOf(stockCode: string): LineCategory {
  const code = stockCode.trim().toUpperCase();
  if (SERVICES.has(code)) return 'service';
  return code === 'GIFT' || code.startsWith('GIFT_') ? 'gift-card' : 'goods';
}
