import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse, CsvError } from 'csv-parse';
import { isInstant } from '../../../libs/platform/http/instants';
import { CliFault } from '../cli-fault';

/** One line of the shop's file, exactly as it stands there. */
export interface InvoiceLine {
  readonly stockCode: string;
  readonly description: string;
  readonly quantity: number;
  /** Pounds in 10^-4: the source has at most 3 decimals; negative where a bad debt was corrected. */
  readonly unitPrice: bigint;
  /** UK wall-clock time "YYYY-MM-DD HH:MM:SS". */
  readonly time: string;
  readonly country: string;
}

/** All lines of one invoice number, in the order of the file; they need not stand next to each other there. */
export interface Invoice {
  readonly number: string;
  /** Absent where nobody identified himself. */
  readonly customer?: string;
  readonly lines: readonly InvoiceLine[];
}

export const PRICE_DECIMALS = 4;

const COLUMNS = [
  'invoice_no',
  'stock_code',
  'description',
  'quantity',
  'invoice_date',
  'unit_price',
  'customer_id',
  'country',
] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * Reads a whole CSV file (`.gz` or plain) into invoices, ordered by their first line. Nothing is left out: exact duplicate
 * lines are separate lines. Throws `CliFault` naming file and line where the file is not what it should be, so that a
 * broken file posts nothing.
 */
export async function readInvoices(path: string): Promise<Invoice[]> {
  const invoices = new Map<string, { customer: string; lines: InvoiceLine[] }>();
  const source = createReadStream(path);
  const parser = parse({ columns: (header: string[]) => checkedHeader(path, header), bom: true, info: true });
  source.on('error', (error) => parser.destroy(error));
  if (path.endsWith('.gz')) {
    const gunzip = createGunzip();
    gunzip.on('error', (error) => parser.destroy(error));
    source.pipe(gunzip).pipe(parser);
  } else source.pipe(parser);

  try {
    for await (const parsed of parser as AsyncIterable<{ info: { lines: number }; record: Row }>) {
      const { record: row, info } = parsed;
      const line = lineOf(row, `${path}, line ${info.lines}`);
      const invoice = invoices.get(row.invoice_no);
      if (invoice === undefined) {
        invoices.set(row.invoice_no, { customer: row.customer_id, lines: [line] });
      } else if (invoice.customer === row.customer_id) {
        invoice.lines.push(line);
      } else {
        throw new CliFault('usage', `${path}, line ${info.lines}: invoice ${row.invoice_no} names a second customer`);
      }
    }
  } catch (error) {
    if (error instanceof CliFault) throw error;
    const reason = error instanceof CsvError || error instanceof Error ? error.message : String(error);
    throw new CliFault('usage', `${path} cannot be read: ${reason}`);
  }
  return [...invoices].map(([number, { customer, lines }]) => ({
    number,
    ...(customer === '' ? {} : { customer }),
    lines,
  }));
}

function checkedHeader(path: string, header: string[]): string[] {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new CliFault('usage', `${path} is no online-retail file: it has no column ${missing.join(', ')}`);
  }
  return header;
}

function lineOf(row: Row, place: string): InvoiceLine {
  const quantity = Number(row.quantity);
  if (!Number.isSafeInteger(quantity)) {
    throw new CliFault('usage', `${place}: quantity "${row.quantity}" is no whole number`);
  }
  const unitPrice = exactPrice(row.unit_price);
  if (unitPrice === undefined) {
    throw new CliFault('usage', `${place}: unit_price "${row.unit_price}" is no amount with at most 4 decimals`);
  }
  if (!isInstant(`${row.invoice_date.replace(' ', 'T')}Z`)) {
    throw new CliFault('usage', `${place}: invoice_date "${row.invoice_date}" is no moment "YYYY-MM-DD HH:MM:SS"`);
  }
  if (row.invoice_no === '') throw new CliFault('usage', `${place}: invoice_no is empty`);
  return {
    stockCode: row.stock_code,
    description: row.description,
    quantity,
    unitPrice,
    time: row.invoice_date,
    country: row.country,
  };
}

/** "2.1" → 21000n. Undefined for what is no plain decimal number with at most 4 decimals. */
export function exactPrice(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const units = BigInt(`${whole}${fraction.padEnd(PRICE_DECIMALS, '0')}`);
  return sign === '-' ? -units : units;
}
