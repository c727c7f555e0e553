import { Client } from 'pg';
import { ownPostgres, type OwnServer } from '../../libs/testing/servers';

describe('the PostgreSQL of the tests', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await ownPostgres({ settings: { work_mem: '5MB' } });
  });

  afterAll(async () => server.remove());

  async function ask(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: server.address });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));
    } finally {
      await client.end();
    }
  }

  it('is 15 or newer, syncs what it commits, and takes settings', async () => {
    const settings = ['server_version_num', 'fsync', 'synchronous_commit', 'work_mem', 'listen_addresses'];
    const columns = settings.map((name) => `current_setting('${name}') AS ${name}`);
    const [version, ...others] = await ask(`SELECT ${columns.join(', ')}`);
    expect(Number(version)).toBeGreaterThanOrEqual(150_000);
    expect(others).toEqual(['on', 'on', '5MB', '127.0.0.1']);
  });

  it('holds what was committed after it was killed, and nothing else', async () => {
    await ask('CREATE TABLE kept AS SELECT 7 AS seven');
    const open = new Client({ connectionString: server.address });
    open.on('error', () => {});
    await open.connect();
    await open.query('BEGIN; INSERT INTO kept VALUES (8)');
    const [before] = server.pids;

    await server.kill();
    expect(server.pids).toEqual([undefined]);
    await expect(ask('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.start();

    expect(server.pids[0]).not.toBe(before);
    expect(await ask('SELECT seven FROM kept')).toEqual([7]);
  });

  it('ends in order when it is asked to', async () => {
    await server.stop();
    await server.start();
    expect(await ask('SELECT count(*)::int FROM kept')).toEqual([1]);
  });
});
