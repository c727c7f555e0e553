import Table from 'cli-table3';
import { REJECT_REASONS, type DocumentKind, type RejectReason } from './classify-invoice';
import type { Invoice } from './invoice';
import { countMatches, type MatchCounts, type MatchedLines } from './match-returns';
import type { PostingReport } from './post-documents';
import { poundsText } from './report-money';

export interface ImportSummary {
  readonly purchases: DocumentCounts & {
    /** With at least one line of a price over 0. */
    readonly paid: number;
    readonly paidLines: number;
    /** Pounds, exact. */
    readonly gross: string;
    readonly customers: number;
  };
  readonly returns: DocumentCounts & {
    readonly lines: number;
    /** Pounds that were given back, exact. */
    readonly returned: string;
    readonly customers: number;
    /** How many of the lines and units belong to an earlier purchase of the same customer and article. */
    readonly matches: MatchCounts;
  };
  readonly customersEnrolled: number;
  readonly rejected: Readonly<Record<RejectReason, number>>;
  readonly seconds: number;
  readonly documentsPerSecond: number;
}

interface DocumentCounts {
  readonly posted: number;
  readonly recorded: number;
  /** An earlier run had recorded them. */
  readonly replayed: number;
  readonly refused: number;
}

/** What was sent (from the files) and what became of it (from the answers). */
export function importSummary(
  purchases: readonly Invoice[],
  returns: ReadonlyMap<Invoice, MatchedLines>,
  rejected: Readonly<Record<RejectReason, number>>,
  posting: PostingReport,
): ImportSummary {
  const lines = purchases.flatMap((invoice) => invoice.lines);
  const returned = [...returns.keys()];
  const counts = (kind: DocumentKind, posted: number): DocumentCounts => ({
    posted,
    ...posting.posted[kind],
    refused: posting.refused.filter((one) => one.kind === kind).length,
  });
  return {
    purchases: {
      ...counts('purchase', purchases.length),
      paid: purchases.filter((invoice) => invoice.lines.some((line) => line.unitPrice > 0n)).length,
      paidLines: lines.filter((line) => line.unitPrice > 0n).length,
      gross: poundsText(valueOf(purchases)),
      customers: customersOf(purchases),
    },
    returns: {
      ...counts('return', returns.size),
      lines: returned.reduce((sum, invoice) => sum + invoice.lines.length, 0),
      returned: poundsText(-valueOf(returned)),
      customers: customersOf(returned),
      matches: countMatches(returns),
    },
    customersEnrolled: posting.customersEnrolled,
    rejected,
    seconds: Math.round(posting.seconds * 10) / 10,
    documentsPerSecond: Math.round((purchases.length + returns.size) / Math.max(posting.seconds, 0.001)),
  };
}

/** In 10^-4 pounds; returns are negative. */
const valueOf = (invoices: readonly Invoice[]): bigint =>
  invoices.flatMap((invoice) => invoice.lines).reduce((sum, line) => sum + line.unitPrice * BigInt(line.quantity), 0n);

const customersOf = (invoices: readonly Invoice[]): number =>
  new Set(invoices.flatMap(({ customer }) => customer ?? [])).size;

export function showSummary(summary: ImportSummary, options: { readonly rejects: string; readonly json?: true }): void {
  if (options.json) {
    console.log(JSON.stringify(summary));
    return;
  }
  const { purchases, returns, rejected } = summary;
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
    ['returns posted', returns.posted],
    ['  recorded now', returns.recorded],
    ['  recorded by an earlier run', returns.replayed],
    ['  refused by the server', returns.refused],
    ['given back, GBP', returns.returned],
    ['return lines', returns.lines],
    ['  of earlier purchases', returns.matches.linesFull],
    ['  in part of earlier purchases', returns.matches.linesPartial],
    ['  of no known purchase', returns.matches.linesNone],
    ['customers enrolled now', summary.customersEnrolled],
  );
  for (const [reason, count] of Object.entries(rejected)) {
    table.push([`not posted: ${REJECT_REASONS[reason as RejectReason]}`, count]);
  }
  table.push(['seconds', summary.seconds], ['documents/s', summary.documentsPerSecond]);
  console.log(table.toString());
  const documents = [purchases, returns];
  if (documents.some(({ posted }) => posted > 0) && documents.every(({ posted, replayed }) => posted === replayed)) {
    console.log('Everything had been recorded before: nothing was added.');
  }
  console.log(`What was not posted is in ${options.rejects}.`);
}
