import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { ProductProcess, sharedData, suki } from './product-process';

const source = join(sharedData, 'online-retail-2010');
const programmes = resolve('test/data/programmes');

type CsvRow = Readonly<Record<string, string>>;

/**
 * The same year under three programmes, each in a tenant of its own; and a tenth of its customers in the order of time and
 * in a random one.
 */
describe('the known figures of online retail 2010', () => {
  const tenants = {
    invoice: ['lines.csv.gz', 'per-invoice.json'],
    net: ['lines.csv.gz', 'of-net.json'],
    rerate: ['lines.csv.gz', 'rerate.json'],
    ordered: ['tenth.csv', 'per-invoice.json'],
    shuffled: ['tenth.csv', 'per-invoice.json', '--shuffle', '20101201'],
  } as const;
  const knownFiles = ['known-monthly.csv', 'known-top20-points.csv', 'known-as-of.csv'];
  let folder: string;
  let product: ProductProcess;

  const path = (...names: string[]): string => join(folder, ...names);
  const reported = (tenant: keyof typeof tenants, file: string): Promise<string> =>
    readFile(path(`report-${tenant}`, file), 'utf8');
  const known = (file: string): Promise<string> => readFile(join(source, file), 'utf8');
  /** Those members of the known totals that a report has, spelled as they are there. */
  const knownTotals = async (): Promise<KnownTotals> => {
    const { identified, points, stamps_10_visits } = JSON.parse(await known('known-totals.json')) as KnownTotals;
    return { identified, points, stamps_10_visits };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suki-known-figures-'));
    product = await ProductProcess.start(path('data'));
    await writeFile(path('tenth.csv'), await aTenth(join(source, 'lines.csv.gz')));
    for (const [tenant, [file, programme, ...options]] of Object.entries(tenants)) {
      await succeeded('tenant', 'create', tenant, '--data', path('data'));
      await succeeded(
        ...['import', 'online-retail', file === 'tenth.csv' ? path(file) : join(source, file), '--data', path('data')],
        ...['--key', path(`data/keys/${tenant}-admin.key`), '--programme', join(programmes, programme)],
        ...['--rejects', path('rejects.ndjson'), '--report', path(`report-${tenant}`), ...options],
      );
    }
  }, 300_000);

  afterAll(async () => {
    await product.stop();
    await rm(folder, { recursive: true });
  });

  test.each(knownFiles)('%s is what it is known to be, under every programme', async (file) => {
    for (const tenant of ['invoice', 'net', 'rerate'] as const) {
      expect(await reported(tenant, file)).toBe(await known(file));
    }
  });

  test('S17 the known totals come out of read models and ledger: 858,062 points by basket', async () => {
    expect(await reported('invoice', 'known-totals.json')).toBe(`${JSON.stringify(await knownTotals(), null, 1)}\n`);
    const held = await ledgerTotals(product, path('data/keys/invoice-admin.key'));
    expect(held).toMatchObject({
      wallets: [{ wallet: 'points', balance: 858_062 }],
      cards: [{ card: 'visits', completed: 20, issued: 20, customersWithACompletedCard: 15, openStamps: 2_826 }],
    });
  });

  test('S17 and 950,430 points by account', async () => {
    expect(await reported('net', 'known-totals.json')).toBe(`${JSON.stringify(await knownTotals(), null, 1)}\n`);
    const held = await ledgerTotals(product, path('data/keys/net-admin.key'));
    expect(held).toMatchObject({ wallets: [{ wallet: 'points', balance: 950_430 }] });
  });

  test('S18 whom rating again gives something else is named, with the reason', async () => {
    const rows = parse<CsvRow>(await reported('rerate', 'rerate-differences.csv'), { columns: true });
    expect(rows).toHaveLength(193);
    expect(rows.filter(({ reason = '' }) => reason === '' || reason.includes('not explained'))).toEqual([]);
    const held = await ledgerTotals(product, path('data/keys/rerate-admin.key'));
    expect(held).toMatchObject({ wallets: [{ wallet: 'points', balance: 867_509 }] });
    expect(await readdir(path('report-invoice'))).not.toContain('rerate-differences.csv');
  });

  test('S2 delivered in a random order it is the same, figure for figure', async () => {
    for (const file of [...knownFiles, 'known-totals.json', 'monthly.csv', 'totals.json']) {
      expect(await reported('shuffled', file)).toBe(await reported('ordered', file));
    }
    expect(await reported('ordered', 'known-as-of.csv')).not.toBe(await known('known-as-of.csv'));
  });
});

/** The lines of the customers whose number ends in 0. */
async function aTenth(file: string): Promise<string> {
  const [header = '', ...lines] = gunzipSync(await readFile(file))
    .toString()
    .split('\n');
  return [header, ...lines.filter((line) => /,\d{4}0,[^,]*$/.test(line)), ''].join('\n');
}

interface KnownTotals {
  readonly identified: object;
  readonly points: object;
  readonly stamps_10_visits: object;
}

async function succeeded(...args: string[]): Promise<void> {
  const { code, stderr } = await suki(...args);
  if (code !== 0) throw new Error(`suki ${args.join(' ')} ended with ${code}: ${stderr}`);
}

async function ledgerTotals({ url }: ProductProcess, keyFile: string): Promise<unknown> {
  const key = (await readFile(keyFile, 'utf8')).trim();
  const response = await fetch(`${url}/v1/insights/ledger-totals?before=2010-12-01T00:00:00Z`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return response.json();
}
