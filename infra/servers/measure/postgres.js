'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { once } = require('node:events');
const { Client, Pool } = require('pg');
const { openPostgres } = require('../postgres');
const { runExperiments, tell, stopwatch, outcomeOf, sleep } = require('./experiments');

/** `node infra/servers/measure/postgres.js [EXPERIMENT]`. */
const experiments = {
  'a server that ends': {
    async run(server) {
      const signals = { 'fast (SIGINT)': 'SIGINT', 'immediate (SIGQUIT)': 'SIGQUIT', 'killed (SIGKILL)': 'SIGKILL' };
      for (const [name, signal] of Object.entries(signals)) {
        const [idle, busy, open, pooled] = [
          await connect(server),
          await connect(server),
          await connect(server),
          poolOf(server),
        ];
        await pooled.query('SELECT 1');
        const heard = { idle: [], busy: [], open: [], pool: [] };
        for (const [who, client] of Object.entries({ idle, busy, open, pool: pooled }))
          client.on('error', (error) => heard[who].push(error));
        const sleeping = outcomeOf(() => busy.query('SELECT pg_sleep(30)'), 10_000);
        await open.query('BEGIN');
        await sleep(200);
        const ended = signal === 'SIGKILL' ? server.kill() : end(server, signal);
        tell(`${name}: statement under way`, await sleeping);
        await ended;
        await sleep(200);
        for (const [who, errors] of Object.entries(heard))
          tell(`${name}: 'error' events of the ${who} client`, ...errors);
        tell(`${name}: next statement of the idle client`, await outcomeOf(() => idle.query('SELECT 1')));
        tell(`${name}: commit of the open transaction`, await outcomeOf(() => open.query('COMMIT')));
        tell(`${name}: new connection`, await outcomeOf(() => connect(server)));
        const starting = server.start();
        const tries = new Set();
        while (
          (await outcomeOf(async () => (await connect(server)).end())
            .then((text) => text.replace(/ after .*/, ''))
            .then((text) => tries.add(text))) &&
          !tries.has('done')
        )
          await sleep(5);
        await starting;
        tell(`${name}: connections while it starts`, ...tries);
        tell(
          `${name}: the same pool afterwards`,
          await outcomeOf(() => pooled.query('SELECT 1').then(() => 'answers')),
          `${pooled.totalCount} connections`,
        );
        await pooled.end();
      }
    },
  },

  'a server that hangs': {
    async run(server) {
      const pool = poolOf(server, { connectionTimeoutMillis: 1_000, query_timeout: 2_000, max: 2 });
      const bare = poolOf(server);
      await Promise.all([pool.query('SELECT 1'), bare.query('SELECT 1')]);
      const held = await pool.connect();
      const backends = (await held.query('SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL')).rows.map(
        ({ pid }) => pid,
      );
      held.release();
      const all = new Set([...backends, ...server.pids]);
      for (const pid of all) signalQuietly(pid, 'SIGSTOP');
      tell('query_timeout 2 s', await outcomeOf(() => pool.query('SELECT 1')), `${pool.totalCount} connections left`);
      tell('connect, connectionTimeoutMillis 1 s', await outcomeOf(() => pool.query('SELECT 1')));
      tell('neither', await outcomeOf(() => bare.query('SELECT 1'), 8_000));
      for (const pid of all) signalQuietly(pid, 'SIGCONT');
      tell('woken', await outcomeOf(() => pool.query('SELECT 1').then(() => 'answers')));
      const slow = await connect(server, { query_timeout: 500 });
      tell('query_timeout on a slow statement', await outcomeOf(() => slow.query('SELECT pg_sleep(3)')));
      tell(
        'the next on that client',
        await outcomeOf(() => slow.query({ text: 'SELECT 1', query_timeout: 9_000 }).then(() => 'answers')),
      );
      const limited = await connect(server, {
        statement_timeout: 500,
        lock_timeout: 300,
        idle_in_transaction_session_timeout: 500,
      });
      tell(
        'statement_timeout',
        await outcomeOf(() => limited.query('SELECT pg_sleep(3)')),
        await outcomeOf(() => limited.query('SELECT 1').then(() => 'then answers')),
      );
      const heard = [];
      limited.on('error', (error) => heard.push(error));
      await limited.query('BEGIN');
      await sleep(1_000);
      tell('idle_in_transaction_session_timeout', ...heard, await outcomeOf(() => limited.query('SELECT 1')));
      const crowd = poolOf(server, { max: 120, connectionTimeoutMillis: 3_000 });
      const asked = await Promise.all(
        Array.from({ length: 120 }, () => outcomeOf(() => crowd.query('SELECT pg_sleep(1)').then(() => 'answers'))),
      );
      tell('120 connections of 100', ...new Set(asked.map((text) => text.replace(/ after .*/, ''))));
      await Promise.all([crowd.end(), pool.end(), slow.end()]);
    },
  },

  'locks and conflicts': {
    async run(server) {
      const [left, right] = [await connect(server), await connect(server)];
      await left.query('CREATE TABLE lots (id int PRIMARY KEY, points int); INSERT INTO lots VALUES (1, 10), (2, 10)');
      for (const client of [left, right]) await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
      for (const client of [left, right]) await client.query('SELECT sum(points) FROM lots');
      await left.query('UPDATE lots SET points = 0 WHERE id = 1');
      tell(
        'serializable, both read then write another row: second update',
        await outcomeOf(() => right.query('UPDATE lots SET points = 0 WHERE id = 2').then(() => 'done')),
      );
      tell('first commit', await outcomeOf(() => left.query('COMMIT').then(() => 'done')));
      tell('second commit', await outcomeOf(() => right.query('COMMIT').then(({ command }) => command)));
      for (const client of [left, right]) await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await Promise.all([left, right].map((client) => client.query('SELECT 1 FROM lots')));
      await left.query('UPDATE lots SET points = 5 WHERE id = 1');
      const waiting = outcomeOf(() => right.query('UPDATE lots SET points = 6 WHERE id = 1'));
      await left.query('COMMIT');
      tell(
        'repeatable read, same row',
        await waiting,
        await outcomeOf(() => right.query('SELECT 1')),
        await outcomeOf(() => right.query('COMMIT').then(({ command }) => `COMMIT answers ${command}`)),
      );
      for (const client of [left, right]) await client.query('BEGIN');
      await left.query('UPDATE lots SET points = 1 WHERE id = 1');
      await right.query('UPDATE lots SET points = 1 WHERE id = 2');
      const both = [
        outcomeOf(() => left.query('UPDATE lots SET points = 1 WHERE id = 2').then(() => 'done')),
        outcomeOf(() => right.query('UPDATE lots SET points = 1 WHERE id = 1').then(() => 'done')),
      ];
      const first = await Promise.race(both);
      for (const client of [left, right]) await client.query('ROLLBACK');
      tell('deadlock', first, ...(await Promise.all(both)));
      await left.query('BEGIN; SELECT 1 FROM lots WHERE id = 1 FOR UPDATE');
      tell('skip locked', (await right.query('SELECT id FROM lots FOR UPDATE SKIP LOCKED')).rows);
      tell('nowait', await outcomeOf(() => right.query('SELECT 1 FROM lots WHERE id = 1 FOR UPDATE NOWAIT')));
      left.on('error', () => {});
      const freed = outcomeOf(() =>
        right.query('SELECT 1 FROM lots WHERE id = 1 FOR UPDATE').then(() => 'got the lock'),
      );
      await sleep(300);
      left.connection.stream.destroy();
      tell('holder cut while idle in its transaction', await freed);
      for (const check of [0, 500]) {
        const holder = await connect(server);
        holder.on('error', () => {});
        await holder.query(
          `SET client_connection_check_interval = ${check}; BEGIN; SELECT 1 FROM lots WHERE id = 1 FOR UPDATE`,
        );
        holder.query('SELECT pg_sleep(6)').catch(() => {});
        const waiter = outcomeOf(() =>
          right.query('SELECT 1 FROM lots WHERE id = 1 FOR UPDATE').then(() => 'got the lock'),
        );
        await sleep(300);
        holder.connection.stream.destroy();
        tell(`holder cut in a statement of 6 s, client_connection_check_interval ${check}`, await waiter);
      }
      await right.end();
    },
  },

  'commit whose answer is lost': {
    async run(server) {
      const { hostname, port } = new URL(server.address);
      let losing = false;
      const proxy = net.createServer((near) => {
        const far = net.connect(Number(port), hostname);
        near.pipe(far);
        far.on('data', (bytes) => (losing ? near.destroy() : near.write(bytes)));
        for (const socket of [near, far])
          socket.on('error', () => {}).on('close', () => (near.destroy(), far.destroy()));
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const through = new URL(server.address);
      through.port = proxy.address().port;
      const direct = await connect(server);
      await direct.query('CREATE TABLE told (n int)');
      const client = await connect({ address: through.href });
      client.on('error', (error) => tell("'error' event", error));
      await client.query('BEGIN; INSERT INTO told VALUES (1)');
      const { rows } = await client.query('SELECT pg_current_xact_id()::text AS id');
      losing = true;
      tell('the client sees', await outcomeOf(() => client.query('COMMIT')));
      await sleep(100);
      tell('the table holds', (await direct.query('SELECT n FROM told')).rows);
      tell(
        'pg_xact_status',
        (await direct.query('SELECT pg_xact_status($1::text::xid8) AS status', [rows[0].id])).rows[0].status,
      );
      await direct.end();
      proxy.close();
    },
  },

  'disk full': {
    async run(server, folder) {
      const data = path.join(folder, 'data');
      await server.stop();
      // The same data on a disk of 120 MB; only root can make one.
      const { uid, gid } = fs.statSync(data);
      fs.renameSync(data, `${data}-made`);
      fs.mkdirSync(data, { mode: 0o700 });
      const mounted = spawnSync('mount', [
        '-t',
        'tmpfs',
        '-o',
        `size=120m,mode=0700,uid=${uid},gid=${gid}`,
        'suki',
        data,
      ]);
      if (mounted.status !== 0) return tell('not measured', mounted.stderr.toString());
      try {
        spawnSync('cp', ['-a', `${data}-made/.`, data]);
        await server.start();
        const client = await connect(server);
        client.on('error', (error) => tell("'error' event", error));
        await client.query('CREATE TABLE filling (id serial, text text); CREATE TABLE small (n int)');
        let batches = 0;
        const fill = async () => {
          for (; ; batches += 1)
            await client.query("INSERT INTO filling (text) SELECT repeat('x', 1000) FROM generate_series(1, 1000)");
        };
        tell('rows of 1 kB, 1000 a statement', await outcomeOf(fill), `${batches} batches before`);
        tell(
          'the same client then',
          await outcomeOf(() => client.query('SELECT count(*)::int FROM filling').then(({ rows }) => rows)),
        );
        tell('a small insert', await outcomeOf(() => client.query('INSERT INTO small VALUES (1)').then(() => 'done')));
        tell(
          'small inserts until one fails',
          await outcomeOf(async () => {
            for (let n = 0; n < 200_000; n += 1) await client.query('INSERT INTO small SELECT generate_series(1, 50)');
          }, 40_000),
        );
        await sleep(1_000);
        tell(
          'the server',
          server.pids[0] === undefined ? 'is down' : 'runs',
          await outcomeOf(async () => (await connect(server)).end()),
        );
        tell('its last words', lastWords(server, /PANIC|FATAL|No space/));
        if (server.pids[0] === undefined)
          tell(
            'start on the full disk',
            await outcomeOf(() => server.start()).then((text) => text.split('\n').slice(0, 2).join(' ')),
          );
        spawnSync('mount', ['-o', 'remount,size=300m', data]);
        await server.start();
        tell(
          'with more room',
          await outcomeOf(async () => {
            const again = await connect(server);
            const { rows } = await again.query('SELECT count(*)::int AS rows FROM filling');
            await again.end();
            return rows;
          }),
          `${batches * 1_000} were acknowledged`,
        );
      } finally {
        await server.kill();
        spawnSync('umount', ['-l', data]);
      }
    },
  },
};

const connect = async (server, options = {}) => {
  const client = new Client({ connectionString: server.address, ...options });
  await client.connect();
  return client;
};

function poolOf(server, options = {}) {
  const pool = new Pool({ connectionString: server.address, max: 4, ...options });
  pool.on('error', () => {});
  return pool;
}

async function end(server, signal) {
  const took = stopwatch();
  process.kill(server.pids[0], signal);
  while (server.pids[0] !== undefined) await sleep(10);
  tell(`${signal} took`, took());
}

function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

const lastWords = (server, form) =>
  server.members[0]
    .lastWords()
    .split('\n')
    .filter((line) => form.test(line))
    .slice(-3)
    .join(' | ');

void runExperiments(experiments, openPostgres);
