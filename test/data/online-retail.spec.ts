import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { ImportSummary } from '../../apps/cli/import-online-retail/summary';
import type { MonthlyPurchases } from '../../libs/capabilities/insights';
import { ProductProcess, sharedData, startSuki, suki, type Finished, type RunningVerb } from './product-process';

const source = join(sharedData, 'online-retail-2010');
const files = ['lines.csv.gz', 'guest-lines.csv.gz'].map((name) => join(source, name));
const PURCHASES = 3_028 + 1_680;
const RETURNS = 659;
const POSTED = PURCHASES + RETURNS;

const programmes = resolve('test/data/programmes');
const perInvoice = join(programmes, 'per-invoice.json');

type CsvRow = Readonly<Record<string, string>>;
const csvRows = async (...path: string[]): Promise<CsvRow[]> =>
  parse<CsvRow>(await readFile(join(...path), 'utf8'), { columns: true });

/** A year of a real shop goes through the product: first the import is killed, then the product, and then all is done again. */
describe('online retail 2010', () => {
  let folder: string;
  let product: ProductProcess;
  let adminKey: string;
  let killed: Finished;
  let resumed: ImportSummary;
  let repeated: ImportSummary;
  let repeatedSaid: string;

  const path = (...names: string[]): string => join(folder, ...names);
  const importing = (...options: string[]): string[] => [
    ...['import', 'online-retail', ...files, '--data', path('data'), '--key', path('data/keys/shop-admin.key')],
    ...['--programme', perInvoice, '--rejects', path('rejects.ndjson'), ...options],
  ];
  const call = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(product.url + route, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        'idempotency-key': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const recorded = async (): Promise<number> => {
    const { identified, anonymous } = (await call(
      'GET',
      '/v1/insights/monthly-purchases?currency=GBP',
    )) as MonthlyPurchases;
    return identified.invoices + identified.returnInvoices + anonymous.invoices;
  };
  const recordedUpTo = async (documents: number, { child }: RunningVerb): Promise<void> => {
    while ((await recorded()) < documents && child.exitCode === null) await sleep(20);
  };
  const summaryOf = ({ code, stdout, stderr }: Finished): ImportSummary => {
    if (code !== 0) throw new Error(`the import ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as ImportSummary;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suki-online-retail-'));
    product = await ProductProcess.start(path('data'));
    const created = await suki('tenant', 'create', 'shop', '--data', path('data'));
    if (created.code !== 0) throw new Error(created.stderr);
    adminKey = (await readFile(path('data/keys/shop-admin.key'), 'utf8')).trim();

    const first = startSuki(...importing());
    await recordedUpTo(POSTED / 3, first);
    first.child.kill('SIGKILL');
    killed = await first.finished;
    const second = startSuki(...importing('--json'));
    await recordedUpTo((POSTED * 2) / 3, second);
    product = await product.killAndRestart(path('data'));
    resumed = summaryOf(await second.finished);
    repeated = summaryOf(await suki(...importing('--json', '--tills', '3', '--report', path('report'))));
    repeatedSaid = (await suki(...importing())).stdout;
  }, 300_000);

  afterAll(async () => {
    await product.stop();
    await rm(folder, { recursive: true });
  });

  test('L.5 an import killed half-way goes on where it was, and done twice is done once', async () => {
    expect(killed.code).toBeNull();
    const both = ({ purchases, returns }: ImportSummary, count: 'recorded' | 'replayed'): number =>
      purchases[count] + returns[count];
    expect(resumed).toMatchObject({
      purchases: { posted: PURCHASES, refused: 0 },
      returns: { posted: RETURNS, refused: 0 },
    });
    expect(both(resumed, 'recorded') + both(resumed, 'replayed')).toBe(POSTED);
    expect(both(resumed, 'replayed')).toBeGreaterThanOrEqual(POSTED / 3);
    expect(both(resumed, 'recorded')).toBeGreaterThan(0);
    expect(repeated.purchases).toMatchObject({ recorded: 0, replayed: PURCHASES, refused: 0 });
    expect(repeated.returns).toMatchObject({ recorded: 0, replayed: RETURNS, refused: 0 });
    expect(repeatedSaid).toContain('nothing was added');
    expect(await recorded()).toBe(POSTED);
  });

  test('what was posted and what was not is counted by its reason', async () => {
    expect(repeated.purchases).toMatchObject({ paid: 3_026 + 1_680, paidLines: 59_217 + 96_389, customers: 1_510 });
    expect(repeated.returns).toMatchObject({ lines: 1_372, returned: '197067.10', customers: 424 });
    expect(repeated.rejected).toEqual({
      'guest-return': 209,
      'odd-return': 0,
      'bad-debt': 3,
      'write-off': 2_057,
      'price-0-only': 1_093,
    });
    const counts: Record<string, number> = {};
    for (const line of (await readFile(path('rejects.ndjson'), 'utf8')).split('\n').filter(Boolean)) {
      const { reason, customer } = JSON.parse(line) as { reason: string; customer?: string };
      const kind = `${reason} of ${customer === undefined ? 'a guest' : 'a customer'}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'guest-return of a guest': 209,
      'bad-debt of a guest': 3,
      'write-off of a guest': 2_057,
      'price-0-only of a guest': 1_093,
    });
  });

  test('the read models hold the known totals', async () => {
    const known = JSON.parse(await readFile(join(source, 'known-totals.json'), 'utf8')) as {
      identified: Readonly<Record<string, number | string>>;
    };
    expect(JSON.parse(await readFile(path('report', 'totals.json'), 'utf8'))).toEqual({
      identified: {
        invoices: 3_028,
        paidInvoices: known.identified['paid_purchase_invoices'],
        paidLines: known.identified['purchase_lines_paid'],
        gross: known.identified['purchase_value'],
        buyers: known.identified['customers_with_paid_purchase'],
      },
      anonymous: { invoices: 1_680, paidInvoices: 1_680, paidLines: 96_389, gross: '1346914.1' },
    });
    expect(known.identified).toMatchObject({ paid_purchase_invoices: 3_026, purchase_value: '1056216.423' });
  });

  test('the read models hold the known figures of every month', async () => {
    const reported = await csvRows(path('report'), 'monthly.csv');
    const known = await csvRows(source, 'known-monthly.csv');
    expect(reported).toHaveLength(12);
    expect(reported).toEqual(
      known.map((month) => Object.fromEntries(Object.keys(reported[0] ?? {}).map((column) => [column, month[column]]))),
    );
  });

  test('F1.2 the best customers hold the known points per invoice, returns taken off', async () => {
    const known = await csvRows(source, 'known-top20-points.csv');
    expect(known).toHaveLength(20);
    for (const { customer_id: card, points_per_invoice: points } of known) {
      const customer = (await call('POST', '/v1/customers/lookup', { card })) as { customerId: string };
      const account = await call('GET', `/v1/customers/${customer.customerId}/account`);
      expect({ card, account }).toMatchObject({
        card,
        account: { balances: [{ programme: 'main', wallet: 'points', available: Number(points) }] },
      });
    }
  });

  test('history keeps its dates and is marked as imported', async () => {
    const { stdout } = await suki('log', '--data', path('data'), '--type', 'PurchaseRecorded', '--limit', '200');
    const events = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as PrintedPurchase);
    expect(events).toHaveLength(200);
    for (const { effectiveAt, occurredAt, data } of events) {
      expect(effectiveAt).toBe(occurredAt);
      expect(data).toMatchObject({ source: 'import', outlet: 'online', flags: [] });
    }
  });

  test('another programme cannot reach back to what was bought', async () => {
    const refused = await suki(...importing('--programme', join(programmes, 'rerate.json')));
    expect(refused).toMatchObject({
      code: 77,
      stderr: expect.stringMatching(/^suki: .*suki tenant create.*\n$/) as string,
    });
    expect(await recorded()).toBe(POSTED);
  });

  test('a programme that comes after the purchases is refused, and nothing is posted', async () => {
    const small = [
      'import',
      'online-retail',
      path('small.csv'),
      '--data',
      path('data'),
      '--rejects',
      path('small.ndjson'),
    ];
    const into = ['--key', path('data/keys/late-admin.key'), '--json'];
    const header = 'invoice_no,stock_code,description,quantity,invoice_date,unit_price,customer_id,country';
    await writeFile(path('small.csv'), `${header}\n489437,22143,,6,2009-12-01 09:08:00,2.1,15362,United Kingdom\n`);
    await suki('tenant', 'create', 'late', '--data', path('data'));
    expect(summaryOf(await suki(...small, ...into)).purchases.recorded).toBe(1);
    const refused = await suki(...small, ...into, '--programme', perInvoice);
    expect(refused).toMatchObject({
      code: 77,
      stdout: '',
      stderr: expect.stringContaining('cannot reach back') as string,
    });
    expect(summaryOf(await suki(...small, ...into)).purchases).toMatchObject({ recorded: 0, replayed: 1 });
  });

  test('a revoked key of the import is replaced', async () => {
    const { keys } = (await call('GET', '/v1/keys')) as { keys: { key: string; name: string }[] };
    const before = await readFile(path('data/keys/shop-import.key'), 'utf8');
    await call('DELETE', `/v1/keys/${keys.find(({ name }) => name === 'import')?.key}`);
    expect(summaryOf(await suki(...importing('--json'))).purchases.replayed).toBe(PURCHASES);
    expect(await readFile(path('data/keys/shop-import.key'), 'utf8')).not.toBe(before);
  });

  test('A.8 the whole log is sound, beside the running product and after it', async () => {
    const verify = (): Promise<Finished> => suki('verify', '--data', path('data'));
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('sound') as string });
    expect(await product.stop()).toBe(0);
    const after = await verify();
    expect(after.code).toBe(0);
    // A kill between a person's key and his first event leaves the key, which is harmless.
    const keys = Number(/(\d+) keys of persons/.exec(after.stdout)?.[1]);
    expect(keys).toBeGreaterThanOrEqual(1571);
    expect(keys).toBeLessThan(1571 + 64);
  });
});

interface PrintedPurchase {
  readonly occurredAt: string;
  readonly effectiveAt: string;
  readonly data: object;
}
