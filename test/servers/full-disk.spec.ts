import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { StoreFullFault } from '../../libs/platform/event-store/faults';
import { ProjectionRunner } from '../../libs/platform/projections/projection-runner';
import { PostgresReadStore } from '../../libs/platform/read-store/postgres-read-store';
import { appendVisit, countedVisits, foldedVisits, type CountedVisits } from '../../libs/testing/counted-visits';
import { RecordedHistory } from '../../libs/testing/recorded-history';
import { ownPostgres, type OwnServer } from '../../libs/testing/servers';
import { soon } from '../../libs/testing/soon';

const CUSTOMERS = 20_000;

/** Mounting a small disk is for the superuser: others do not run this file. */
describe('S.1 the disk of PostgreSQL', () => {
  let server: OwnServer;
  let disk: string;
  let client: Client;
  beforeAll(async () => {
    server = await ownPostgres();
    client = new Client({ connectionString: server.address });
    await client.connect();
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await server.remove();
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  it('fills up: the projections wait and say so, and go on exactly where they were once there is space', async () => {
    disk = mkdtempSync(join(tmpdir(), 'suki-disk-'));
    const { uid, gid } = statSync(`/proc/${server.pids[0]}`);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=8m,mode=700,uid=${uid},gid=${gid}`, 'tmpfs', disk]);
    await client.query(`CREATE TABLESPACE small LOCATION '${disk}'`);
    await client.query('ALTER DATABASE postgres SET default_tablespace = small');
    const history = new RecordedHistory();
    const store = await PostgresReadStore.open({ url: server.address });
    const faults: unknown[] = [];
    const runner = await ProjectionRunner.start({
      source: history,
      store,
      projections: [countedVisits],
      owner: 'one',
      shards: 'shared',
      now: Date.now,
      retryMs: 20,
      onPaused: (fault) => faults.push(fault),
    });
    try {
      for (let count = 0; count < 1_000; count++) appendVisit(history, CUSTOMERS);
      expect(await runner.waitFor(999, 20_000)).toBe(true);
      await client.query('CREATE TABLE ballast (filler text) TABLESPACE small');
      const fill = `INSERT INTO ballast SELECT repeat(md5(n::text), 60) FROM generate_series(1, $1::int) AS n`;
      for (let most = 4_096; most >= 1; most /= 4) {
        for (let full = false; !full; ) full = await client.query(fill, [most]).then(() => false, () => true); // prettier-ignore
      }
      for (let count = 0; count < 40_000; count++) appendVisit(history, CUSTOMERS);
      await soon(() => expect(faults.some((fault) => fault instanceof StoreFullFault)).toBe(true));
      expect(await runner.status()).toMatchObject([{ paused: expect.stringContaining('StoreFullFault') as string }]);
      await client.query('DROP TABLE ballast');
      expect(await runner.waitFor(history.events.length - 1, 60_000)).toBe(true);
      const query = store.query.withTables<{ counted_visits: CountedVisits }>().selectFrom('counted_visits');
      const rows = await query.selectAll().where('tenant', '=', 'main').orderBy('customer').execute();
      expect(rows).toEqual(foldedVisits(history));
      expect(faults.filter((fault) => !(fault instanceof StoreFullFault))).toEqual([]);
    } finally {
      await runner.stop();
      await store.close();
    }
  }, 120_000);
});
