import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TemporaryDatabase {
  readonly url: string;
  /** Ends every connection to it and drops it. */
  drop(): Promise<void>;
}

/** A database of its own on the PostgreSQL that `npm run test:servers` started. Throws where none runs: nothing is skipped. */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const server = process.env['SUKI_TEST_POSTGRES'];
  if (server === undefined) throw new Error('SUKI_TEST_POSTGRES names no server: run this with `npm run test:servers`');
  const name = `suki_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
