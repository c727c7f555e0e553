import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountEvent } from '../../../libs/capabilities/accounts/account/account.events';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../../libs/platform/event-store/embedded/embedded-event-store';
import type { StreamName } from '../../../libs/kernel/ids';
import type { JsonObject } from '../../../libs/kernel/json';
import { accountStream, appendNext } from '../../../libs/testing/append-request';
import { deliver, sale, type SaleSketch } from '../../../libs/testing/given-when-then';
import { onePointPer, programme, terms } from '../../../libs/testing/rule-sketches';
import { testUnseal } from '../../../libs/testing/temporary-store';
import { auditDirectory } from './audit';

const document = programme({ rules: [onePointPer('1.00')] });
const rules = terms({ main: { '1970-01-01': document } });
const program = require.resolve('../main');

/** Two sales in order, and one that comes late. */
const SALES: readonly SaleSketch[] = [
  { receipt: '1' },
  { receipt: '2', at: '2026-11-20T11:00:00+08:00' },
  { receipt: '3', at: '2026-11-20T10:30:00+08:00', recordedAt: '2026-11-20T12:00:00+08:00' },
];

type Altered = (event: AccountEvent) => AccountEvent;
const asIs: Altered = (event) => event;

describe('suki audit', () => {
  let data: string;
  let store: EmbeddedEventStore;
  let directory: DataDirectory;

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'suki-audit-'));
    directory = await DataDirectory.open(data);
    const { log, index: indexPath } = directory;
    store = await EmbeddedEventStore.open({ log, indexPath, unseal: testUnseal });
    await appendNext(store, 'programme-main.main' as StreamName, {
      events: [
        { type: 'ProgrammeRevisionPublished', version: 1, data: { revision: 1, document } },
        { type: 'ProgrammeActivated', version: 1, data: { revision: 1, effectiveFrom: 0, opening: 0 } },
      ],
    });
  });
  afterEach(async () => {
    await store.close();
    directory.close();
    rmSync(data, { recursive: true });
  });

  /** What the ledger makes of the sales, as an honest writer stores it, or another. */
  async function record(account: string, altered: Altered = asIs): Promise<void> {
    const told = SALES.map(sale);
    const { drafts } = deliver(rules, told);
    for (const [index, { events, occurredAt, effectiveAt, outcome }] of drafts.entries()) {
      const recordedAt = told[index]?.now ?? 0;
      const stored = JSON.parse(JSON.stringify(events.map(altered))) as {
        type: string;
        version: 1;
        data: JsonObject;
      }[];
      await appendNext(store, accountStream(account), { events: stored, occurredAt, effectiveAt, recordedAt, outcome });
    }
    await store.indexed();
  }

  it('A.8 derives every account again, and finds each as it is recorded', async () => {
    for (let customer = 0; customer < 5; customer++) await record(`cus_${customer}`);
    expect(await auditDirectory(data)).toMatchObject({ accounts: 5, facts: 15, differing: [] });
  });

  it('finds and names an account of which a decision was altered', async () => {
    await record('cus_honest');
    await record('cus_richer', (event) =>
      event.type === 'PointsEarned' && event.data.lot.includes('~2~2~')
        ? { ...event, data: { ...event.data, points: event.data.points + 1 } }
        : event,
    );
    await record('cus_hash', (event) =>
      event.type === 'LedgerCorrected' ? { ...event, data: { ...event.data, hashAfter: '0'.repeat(64) } } : event,
    );
    const { accounts, differing } = await auditDirectory(data);
    expect(accounts).toBe(3);
    expect(differing.map(({ account }) => account)).toEqual(['account-main.cus_hash', 'account-main.cus_richer']);
    expect(differing[0]?.differences).toEqual([expect.stringContaining('derived as')]);
    expect(differing[1]?.differences).toContain('main/points: earned is recorded as 406, derived as 405');
  });

  it('exits with 1 and names what differs, for people and as JSON', async () => {
    await record('cus_richer', (event) =>
      event.type === 'PointsEarned' ? { ...event, data: { ...event.data, points: 1 } } : event,
    );
    const run = (...more: readonly string[]) =>
      spawnSync(process.execPath, [program, 'audit', '--data', data, ...more], { encoding: 'utf8' });
    const told = run();
    expect(told).toMatchObject({ status: 1, stdout: expect.stringContaining('1 accounts, 3 facts: 1 differ') });
    expect(told.stderr).toContain('account-main.cus_richer: main/points: earned is recorded as');
    const asJson = run('--json');
    expect(asJson.status).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ differing: [{ account: 'account-main.cus_richer' }] });
  });

  it('asks for the index where there is none', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'suki-audit-'));
    (await DataDirectory.open(empty)).close();
    await expect(auditDirectory(empty)).rejects.toThrow('start the server once');
    rmSync(empty, { recursive: true });
  });
});
