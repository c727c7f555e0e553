import { writeFile } from 'node:fs/promises';
import { REJECT_REASONS, type RejectReason } from './classify-invoice';
import { PRICE_DECIMALS, type Invoice } from './invoice';
import type { RefusedInvoice } from './post-documents';

export interface RejectedInvoice {
  readonly invoice: Invoice;
  readonly reason: RejectReason;
}

/**
 * Writes what was not posted as NDJSON, one invoice a line, with all its lines, so that nothing of the input is lost. The
 * file is replaced.
 */
export async function writeRejects(
  path: string,
  rejected: readonly RejectedInvoice[],
  refused: readonly RefusedInvoice[],
): Promise<void> {
  const records = [
    ...rejected.map(({ invoice, reason }) => recordOf(invoice, reason, REJECT_REASONS[reason])),
    ...refused.map(({ invoice, code, detail }) => recordOf(invoice, 'refused', `${code}: ${detail}`)),
  ];
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function recordOf(invoice: Invoice, reason: string, detail: string): object {
  return {
    invoice: invoice.number,
    reason,
    detail,
    ...(invoice.customer === undefined ? {} : { customer: invoice.customer }),
    lines: invoice.lines.map((line) => ({ ...line, unitPrice: decimalText(line.unitPrice) })),
  };
}

/** 21000n → "2.1". */
export function decimalText(units: bigint): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(PRICE_DECIMALS + 1, '0');
  const fraction = digits.slice(-PRICE_DECIMALS).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -PRICE_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}
