import fc from 'fast-check';
import { purchase } from '../../testing/account-history';
import { RecordedHistory } from '../../testing/recorded-history';
import { acrossTenants } from '../../platform/read-store/tenant-guard';
import { projectAll, type TemporaryReadModels } from '../../testing/temporary-read-store';
import { accountBalance } from './account-balance/account-balance.projection';
import { accountEntries } from './account-entries/account-entries.projection';
import { purchaseReceipt } from './purchase-receipt/purchase-receipt.projection';

const projections = [accountBalance, accountEntries, purchaseReceipt];

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

async function allRows({ query }: TemporaryReadModels): Promise<Rows> {
  const tables: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
  for (const { name, primaryKey } of projections) {
    const all = query
      .withTables<Record<string, Record<string, string | number | null>>>()
      .selectFrom(name)
      .selectAll()
      .modifyEnd(acrossTenants);
    const ordered = primaryKey.reduce((select, column) => select.orderBy(column), all);
    tables[name] = await ordered.execute();
  }
  return tables;
}

const told = fc.record({
  account: fc.constantFrom('ann', 'bob', 'cid'),
  tenant: fc.constantFrom('main', 'other'),
  amounts: fc.array(fc.nat(10_000), { maxLength: 3 }),
  moves: fc.dictionary(fc.constantFrom('points', 'stars'), fc.nat(500), { maxKeys: 2 }),
  late: fc.boolean(),
});

/** Some of the history before the runner starts, the rest in bursts while it runs, with a stop in between. */
const story = fc.record({
  purchases: fc.array(told, { maxLength: 40 }),
  before: fc.nat(40),
  batchEvents: fc.integer({ min: 1, max: 17 }),
});

describe('read models', () => {
  it('A.3 rebuilt from the log equal the live ones row for row, and their entries add up to the balance', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ purchases, before, batchEvents }) => {
        const history = new RecordedHistory();
        const appends = purchases.map(({ moves, late, ...rest }, index) =>
          purchase({ ...rest, receipt: String(index), [late ? 'corrected' : 'earned']: moves }),
        );
        for (const append of appends.slice(0, before)) history.append(append);
        const live = await projectAll(history, projections, batchEvents);
        for (const append of appends.slice(before)) {
          history.append(append);
          if (append.events.length % 2 === 0) await new Promise(setImmediate);
        }
        expect(await live.runner.waitFor(history.events.length - 1, 5_000)).toBe(true);
        const rebuilt = await projectAll(history, projections);
        const rows = await allRows(live);
        expect(await allRows(rebuilt)).toEqual(rows);
        expect(sums(rows['account_entries'], 'points')).toEqual(sums(rows['account_balances'], 'available'));
        expect(rows['purchase_receipts']).toHaveLength(purchases.length);
        await live.dispose();
        await rebuilt.dispose();
      }),
      { numRuns: 40 },
    );
  });
});

function sums(rows: Rows[string] = [], column: string): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const row of rows) {
    const wallet = [row['tenant'], row['account'], row['wallet']].join('/');
    const total = (totals[wallet] ?? 0) + Number(row[column]);
    if (total !== 0) totals[wallet] = total;
  }
  return totals;
}
