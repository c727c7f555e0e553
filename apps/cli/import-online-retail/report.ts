import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MonthlyPurchases, PurchaseFigures } from '../../../libs/capabilities/insights';
import { CliFault } from '../cli-fault';
import type { SukiApi } from '../../../libs/client';

/**
 * Writes `monthly.csv` and `totals.json` from the server's read models, not from what was sent. The read models must have
 * seen `positions`, those of the answers to what was sent. Throws `CliFault`.
 */
export async function writeReport(api: SukiApi, directory: string, positions: readonly string[]): Promise<void> {
  const question = '/v1/insights/monthly-purchases?currency=GBP';
  for (const position of positions) await api.get(`${question}&position=${position}`);
  const answer = await api.get(question);
  if (answer.kind === 'refused') {
    throw new CliFault('refused', `there is no report: ${answer.code}: ${answer.detail}`);
  }
  const { identified, anonymous } = answer.body as MonthlyPurchases;
  const rows = identified.months.map(({ month, buyers, paidInvoices, gross, firstTimeBuyers }) =>
    [month, buyers, paidInvoices, roundedToPence(gross), firstTimeBuyers].join(','),
  );
  const totals = { identified: { ...figures(identified), buyers: identified.buyers }, anonymous: figures(anonymous) };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'monthly.csv'), [MONTHLY_COLUMNS, ...rows, ''].join('\n'));
  await writeFile(join(directory, 'totals.json'), `${JSON.stringify(totals, null, 1)}\n`);
}

const MONTHLY_COLUMNS = 'month,customers_paid_purchase,paid_purchase_invoices,gross_identified,first_time_buyers';

const figures = ({ invoices, paidInvoices, paidLines, gross }: PurchaseFigures): PurchaseFigures => ({
  invoices,
  paidInvoices,
  paidLines,
  gross,
});

/** "96338.921" → "96338.92", half up; exact amounts are in the totals. */
export function roundedToPence(exact: string): string {
  const [whole = '', fraction = ''] = exact.split('.');
  const thousandths = BigInt(whole + fraction.padEnd(3, '0').slice(0, 3));
  const pence = ((thousandths + 5n) / 10n).toString().padStart(3, '0');
  return `${pence.slice(0, -2)}.${pence.slice(-2)}`;
}
