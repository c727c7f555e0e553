import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CustomerValue,
  CustomerValues,
  MonthlyPurchases,
  PurchaseFigures,
} from '../../../libs/capabilities/insights';
import { CliFault } from '../cli-fault';
import type { SukiApi } from '../../../libs/client';
import type { Invoice } from './invoice';
import {
  daysAfterMonths,
  knownAsOf,
  knownMonthly,
  knownTop,
  knownTotals,
  type AsOf,
  type FileFigures,
  type PointFigures,
  type StampFigures,
} from './known-files';
import {
  balancesOf,
  knownWallets,
  ledgerTotals,
  programmeOf,
  type Balances,
  type KnownWallets,
  type LedgerTotals,
} from './ledger-figures';
import type { MatchedLines } from './match-returns';
import type { PostingReport } from './post-documents';
import { TILLS, timeOf, ukTime } from './purchase-of-invoice';
import { roundedToPence } from './report-money';
import { rateReturnsBothWays, rerateDifferences } from './rerate-differences';

/** What was imported, and the answers to it. */
export interface Imported {
  readonly purchases: readonly Invoice[];
  readonly returns: ReadonlyMap<Invoice, MatchedLines>;
  readonly posting: PostingReport;
}

const TOP = 20;

/**
 * Writes the figures of the tenant: from the server's read models and ledger, not from what was sent, but for what only
 * the files know. The read models must have seen the answers to what was sent. Throws `CliFault`.
 */
export async function writeReport(api: SukiApi, directory: string, imported: Imported): Promise<void> {
  const { posting, purchases, returns } = imported;
  const monthly = await monthlyPurchases(api, posting.positions);
  const values = await valuesOf(api, TOP);
  const programme = await programmeOf(api);
  const wallets = programme === undefined ? {} : knownWallets(programme);
  const customers = [...posting.customers.values(), ...values.top.map(({ customerId }) => customerId)];
  const balances = await balancesOf(api, customers, TILLS);
  const ledger = await ledgerTotals(api);
  const cardOf = cardsOf(posting);
  const file = fileFigures(imported);

  const files: Record<string, string> = {
    'monthly.csv': monthlyOf(monthly),
    'totals.json': totalsOf(monthly),
    'known-totals.json': knownTotals(
      values,
      file,
      pointFigures(values, wallets, ledger, balances),
      stampFigures(wallets, ledger),
    ),
    'known-monthly.csv': knownMonthly(monthly, file),
    'known-top20-points.csv': knownTop(values.top, cardOf, (customer) => pointsOf(customer, wallets, balances)),
    'known-as-of.csv': knownAsOf(await asOfEachMonth(api, monthly, wallets), cardOf),
  };
  const { rerated } = wallets;
  if (rerated !== undefined) {
    files['rerate-differences.csv'] = rerateDifferences(rateReturnsBothWays(purchases, returns), (card) =>
      balances.get(posting.customers.get(card) ?? '')?.get(rerated),
    );
  }
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
}

async function monthlyPurchases(api: SukiApi, positions: readonly string[]): Promise<MonthlyPurchases> {
  const question = '/v1/insights/monthly-purchases?currency=GBP';
  for (const position of positions) await api.get(`${question}&position=${position}`);
  return answeredFigures<MonthlyPurchases>(api, question);
}

/** Of all that occurred, or strictly before an instant (RFC 3339). */
function valuesOf(api: SukiApi, top: number, before?: string): Promise<CustomerValues> {
  const until = before === undefined ? '' : `&before=${encodeURIComponent(before)}`;
  return answeredFigures<CustomerValues>(api, `/v1/insights/customer-values?currency=GBP&top=${top}${until}`);
}

async function answeredFigures<Figures>(api: SukiApi, question: string): Promise<Figures> {
  const answer = await api.get(question);
  if (answer.kind === 'answered') return answer.body as Figures;
  throw new CliFault('refused', `there is no report: ${answer.code}: ${answer.detail}`);
}

async function asOfEachMonth(api: SukiApi, { identified }: MonthlyPurchases, wallets: KnownWallets): Promise<AsOf[]> {
  const [first, last] = [identified.months.at(0)?.month, identified.months.at(-1)?.month];
  const days: AsOf[] = [];
  for (const day of first === undefined || last === undefined ? [] : daysAfterMonths(first, last)) {
    const midnight = ukTime(`${day} 00:00:00`);
    const values = await valuesOf(api, 3, midnight);
    const { ofNet, visits } = wallets;
    const asksLedger = ofNet !== undefined || visits !== undefined;
    const ledger = asksLedger ? await ledgerTotals(api, midnight) : undefined;
    days.push({
      day,
      values,
      pointsOfNet: ofNet === undefined ? values.wholeOfNet : String(ledger?.points.get(ofNet) ?? 0),
      stampCards: visits === undefined ? '' : (ledger?.cards.get(visits.card)?.completed ?? 0),
    });
  }
  return days;
}

/** The ledger's points where the programme has a wallet that rounds so, else by definition from the receipts. */
function pointFigures(
  { wholeOfNet, wholeByReceipt, customers }: CustomerValues,
  { ofNet, perInvoice }: KnownWallets,
  { points }: LedgerTotals,
  balances: ReadonlyMap<string, Balances>,
): PointFigures {
  const inLedger = (wallet: string | undefined): string | undefined =>
    wallet === undefined ? undefined : String(points.get(wallet) ?? 0);
  const below = (wallet: string): number =>
    [...balances.values()].filter((balance) => (balance.get(wallet) ?? 0) < 0).length;
  return {
    ofNet: inLedger(ofNet) ?? wholeOfNet,
    perInvoice: inLedger(perInvoice) ?? wholeByReceipt,
    negativeNet: customers.negativeNet,
    negativePerInvoice: perInvoice === undefined ? customers.negativeByReceipt : below(perInvoice),
  };
}

function pointsOf(
  { customerId, wholeOfNet, wholeByReceipt }: CustomerValue,
  { ofNet, perInvoice }: KnownWallets,
  balances: ReadonlyMap<string, Balances>,
): { readonly ofNet: number; readonly perInvoice: number } {
  const points = balances.get(customerId);
  return {
    ofNet: ofNet === undefined ? wholeOfNet : (points?.get(ofNet) ?? 0),
    perInvoice: perInvoice === undefined ? wholeByReceipt : (points?.get(perInvoice) ?? 0),
  };
}

function stampFigures({ visits }: KnownWallets, { cards }: LedgerTotals): StampFigures | undefined {
  if (visits === undefined) return undefined;
  const totals = cards.get(visits.card) ?? { completed: 0, customersWithOne: 0, openLeft: 0 };
  return { every: visits.every, ...totals };
}

/** A customer of another import is named by his id. */
function cardsOf({ customers }: PostingReport): (customerId: string) => string {
  const cards = new Map([...customers].map(([card, customerId]) => [customerId, card]));
  return (customerId) => cards.get(customerId) ?? customerId;
}

/** Of the invoices of customers. That an invoice names two customers is refused while it is read. */
export function fileFigures({ purchases, returns }: Pick<Imported, 'purchases' | 'returns'>): FileFigures {
  const countries = new Map<string, Set<string>>();
  let invoicesWithTwoTimestamps = 0;
  for (const { customer, lines } of [...purchases, ...returns.keys()]) {
    if (customer === undefined) continue;
    const visited = countries.get(customer) ?? new Set();
    countries.set(customer, visited);
    for (const { country } of lines) visited.add(country);
    if (new Set(lines.map(({ time }) => time)).size > 1) invoicesWithTwoTimestamps += 1;
  }
  const linesAddedBySplitting = new Map<string, number>();
  for (const [invoice, matched] of returns) {
    const month = timeOf(invoice).slice(0, 7);
    const added = matched.reduce((sum, parts) => sum + parts.length - 1, 0);
    linesAddedBySplitting.set(month, (linesAddedBySplitting.get(month) ?? 0) + added);
  }
  return {
    customersInTwoCountries: [...countries.values()].filter(({ size }) => size > 1).length,
    invoicesWithTwoCustomers: 0,
    invoicesWithTwoTimestamps,
    linesAddedBySplitting,
  };
}

const MONTHLY_COLUMNS = 'month,customers_paid_purchase,paid_purchase_invoices,gross_identified,first_time_buyers';

/** Purchases alone, as they are known without any return. */
function monthlyOf({ identified }: MonthlyPurchases): string {
  const rows = identified.months
    .filter(({ invoices }) => invoices > 0)
    .map(({ month, buyers, paidInvoices, gross, firstTimeBuyers }) =>
      [month, buyers, paidInvoices, roundedToPence(gross), firstTimeBuyers].join(','),
    );
  return [MONTHLY_COLUMNS, ...rows, ''].join('\n');
}

function totalsOf({ identified, anonymous }: MonthlyPurchases): string {
  const totals = { identified: { ...figures(identified), buyers: identified.buyers }, anonymous: figures(anonymous) };
  return `${JSON.stringify(totals, null, 1)}\n`;
}

const figures = ({ invoices, paidInvoices, paidLines, gross }: PurchaseFigures): Partial<PurchaseFigures> => ({
  invoices,
  paidInvoices,
  paidLines,
  gross,
});
