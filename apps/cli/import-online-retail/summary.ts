import Table from 'cli-table3';
import { REJECT_REASONS, type RejectReason } from './classify-invoice';
import type { Invoice } from './invoice';
import type { PostingReport } from './post-invoices';
import { decimalText } from './rejects-file';

export interface ImportSummary {
  readonly purchases: {
    readonly posted: number;
    readonly recorded: number;
    /** An earlier run had recorded them. */
    readonly replayed: number;
    readonly refused: number;
    /** With at least one line of a price over 0. */
    readonly paid: number;
    readonly paidLines: number;
    /** Pounds, exact. */
    readonly gross: string;
    readonly customers: number;
  };
  readonly customersEnrolled: number;
  readonly rejected: Readonly<Record<RejectReason, number>>;
  readonly seconds: number;
  readonly salesPerSecond: number;
}

/** What was sent (from the files) and what became of it (from the answers). */
export function importSummary(
  purchases: readonly Invoice[],
  rejected: Readonly<Record<RejectReason, number>>,
  posting: PostingReport,
): ImportSummary {
  const lines = purchases.flatMap((invoice) => invoice.lines);
  const customers = new Set(purchases.map((invoice) => invoice.customer).filter((customer) => customer !== undefined));
  return {
    purchases: {
      posted: purchases.length,
      recorded: posting.recorded,
      replayed: posting.replayed,
      refused: posting.refused.length,
      paid: purchases.filter((invoice) => invoice.lines.some((line) => line.unitPrice > 0n)).length,
      paidLines: lines.filter((line) => line.unitPrice > 0n).length,
      gross: pounds(lines.reduce((sum, line) => sum + line.unitPrice * BigInt(line.quantity), 0n)),
      customers: customers.size,
    },
    customersEnrolled: posting.customersEnrolled,
    rejected,
    seconds: Math.round(posting.seconds * 10) / 10,
    salesPerSecond: Math.round(purchases.length / Math.max(posting.seconds, 0.001)),
  };
}

/** Exact, with the pence even where they are zero. */
function pounds(amount: bigint): string {
  const [whole = '0', fraction = ''] = decimalText(amount).split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

export function showSummary(summary: ImportSummary, options: { readonly rejects: string; readonly json?: true }): void {
  if (options.json) {
    console.log(JSON.stringify(summary));
    return;
  }
  const { purchases, rejected } = summary;
  const table = new Table({
    // Lines around the table, none between its rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { border: [] },
    colAligns: ['left', 'right'],
  });
  table.push(
    ['purchases posted', purchases.posted],
    ['  recorded now', purchases.recorded],
    ['  recorded by an earlier run', purchases.replayed],
    ['  refused by the server', purchases.refused],
    ['  with a paid line', purchases.paid],
    ['paid lines', purchases.paidLines],
    ['gross, GBP', purchases.gross],
    ['customers', purchases.customers],
    ['customers enrolled now', summary.customersEnrolled],
  );
  for (const [reason, count] of Object.entries(rejected)) {
    table.push([`not posted: ${REJECT_REASONS[reason as RejectReason]}`, count]);
  }
  table.push(['seconds', summary.seconds], ['sales/s', summary.salesPerSecond]);
  console.log(table.toString());
  if (purchases.posted > 0 && purchases.recorded === 0 && purchases.refused === 0) {
    console.log('Every purchase had been recorded before: nothing was added.');
  }
  console.log(`What was not posted is in ${options.rejects}.`);
}
