'use strict';
const { once } = require('node:events');
const { Client, Pool } = require('pg');
const copyFrom = require('pg-copy-streams').from;
const { openPostgres } = require('../postgres');
const { runExperiments, tell, stopwatch, timed } = require('./experiments');

/** `node infra/servers/measure/postgres-rates.js [EXPERIMENT]`: rows of about 150 B, a batch and its checkpoint in one transaction. */
const size = 1_000;
const batches = 40;
const columns = ['tenant', 'customer', 'day', 'visits', 'detail'];
const upsert = 'ON CONFLICT (tenant, customer, day) DO UPDATE SET visits = EXCLUDED.visits, detail = EXCLUDED.detail';

const ways = {
  'one statement a row': async (client, rows) => {
    const text = `INSERT INTO visits VALUES ($1, $2, $3, $4, $5) ${upsert}`;
    for (const row of rows) await client.query({ name: 'one', text, values: row });
  },
  'one statement a row, not awaited one by one': async (client, rows) => {
    const text = `INSERT INTO visits VALUES ($1, $2, $3, $4, $5) ${upsert}`;
    await Promise.all(rows.map((row) => client.query({ name: 'one', text, values: row })));
  },
  'multi-row values': async (client, rows) => {
    const groups = rows.map(
      (_, index) => `(${columns.map((_, at) => `$${index * columns.length + at + 1}`).join(', ')})`,
    );
    await client.query(`INSERT INTO visits VALUES ${groups.join(', ')} ${upsert}`, rows.flat());
  },
  'multi-row values, prepared': async (client, rows) => {
    const groups = rows.map(
      (_, index) => `(${columns.map((_, at) => `$${index * columns.length + at + 1}`).join(', ')})`,
    );
    await client.query({
      name: 'many',
      text: `INSERT INTO visits VALUES ${groups.join(', ')} ${upsert}`,
      values: rows.flat(),
    });
  },
  'unnest of a column each': async (client, rows) => {
    const text = `INSERT INTO visits SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::jsonb[]) ${upsert}`;
    await client.query({ name: 'unnest', text, values: columns.map((_, at) => rows.map((row) => row[at])) });
  },
  'one JSON document': async (client, rows) => {
    const text = `INSERT INTO visits SELECT * FROM json_to_recordset($1) AS r(tenant text, customer text, day int, visits int, detail jsonb) ${upsert}`;
    const objects = rows.map((row) => ({
      ...Object.fromEntries(columns.map((name, at) => [name, row[at]])),
      detail: JSON.parse(row[4]),
    }));
    await client.query({ name: 'json', text, values: [JSON.stringify(objects)] });
  },
  'COPY into a temporary table, then upsert': async (client, rows) => {
    await client.query('CREATE TEMP TABLE IF NOT EXISTS arriving (LIKE visits) ON COMMIT DELETE ROWS');
    await copy(client, 'arriving', rows);
    await client.query(`INSERT INTO visits SELECT * FROM arriving ${upsert}`);
  },
};

async function copy(client, table, rows) {
  const stream = client.query(copyFrom(`COPY ${table} FROM STDIN`));
  stream.end(rows.map((row) => `${row.map(escaped).join('\t')}\n`).join(''));
  await once(stream, 'finish');
}

const escaped = (value) =>
  String(value).replace(/[\\\t\n\r]/g, (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found]);

const rowsOf = (batch, visits) =>
  Array.from({ length: size }, (_, index) => {
    const customer = `cus_${(batch * size + index).toString(36).padStart(22, '0')}`;
    return [
      'main',
      customer,
      20_000 + (index % 30),
      visits,
      JSON.stringify({ outlets: ['north', 'south'], last: '2026-01-01T00:00:00Z' }),
    ];
  });

const makeTables = async (client) =>
  client.query(`DROP TABLE IF EXISTS visits; DROP TABLE IF EXISTS checkpoints;
    CREATE TABLE visits (tenant text, customer text, day int, visits int, detail jsonb, PRIMARY KEY (tenant, customer, day));
    CREATE TABLE checkpoints (name text PRIMARY KEY, position bigint); INSERT INTO checkpoints VALUES ('visits', 0)`);

const connect = async ({ address }) => {
  const client = new Client({ connectionString: address });
  await client.connect();
  return client;
};

const experiments = {
  'rows a second': {
    async run(server) {
      const client = await connect(server);
      for (const [name, write] of Object.entries({
        ...ways,
        'COPY straight into the table (new rows only)': (client, rows) => copy(client, 'visits', rows),
      })) {
        await makeTables(client);
        const rates = [];
        const rounds = name.includes('new rows only') ? ['new'] : ['new', 'there already'];
        for (const [round, what] of rounds.entries()) {
          const { perSecond, text } = await timed(batches, async (batch) => {
            const rows = rowsOf(batch, round);
            await client.query('BEGIN');
            await write(client, rows);
            await client.query({
              name: 'checkpoint',
              text: "UPDATE checkpoints SET position = $1 WHERE name = 'visits'",
              values: [batch],
            });
            await client.query('COMMIT');
          });
          rates.push(`${what}: ${Math.round(perSecond * size)} rows/s (batches ${text})`);
        }
        tell(name, ...rates);
      }
      await client.end();
    },
  },

  'commits a second': {
    async run({ address }) {
      for (const connections of [1, 4, 16, 64]) {
        const pool = new Pool({ connectionString: address, max: connections });
        await pool.query('CREATE TABLE IF NOT EXISTS facts (n int)');
        const each = Math.ceil(2_000 / connections);
        const began = performance.now();
        await Promise.all(
          Array.from({ length: connections }, async () => {
            for (let n = 0; n < each; n += 1) await pool.query('INSERT INTO facts VALUES (1)');
          }),
        );
        const perSecond = (each * connections * 1_000) / (performance.now() - began);
        tell(`${connections} connections`, `${Math.round(perSecond)} durable commits/s`);
        await pool.end();
      }
      const connecting = stopwatch();
      for (let n = 0; n < 50; n += 1) await (await connect({ address })).end();
      tell('50 connections made and ended one after another', connecting());
    },
  },
};

void runExperiments(experiments, openPostgres);
