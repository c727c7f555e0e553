import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../kernel/defect';
import { Sqlite, SQLITE_FULL, sqliteErrorCode } from '../sqlite/sqlite';
import { checked, crcOf, KEYS_SCHEMA, SELECT_PERSON, type KeyRow } from './key-rows';
import { KeyDamageFault } from './key-store';
import type { FromKeysThread, KeysThreadData, KeyWrite, KeyWriteOutcome, ToKeysThread } from './keys-thread';

/** The only connection that writes `keys.db` of a running product: each message is one transaction, answered once durable. */
const port = parentPort;
assert(port !== null, 'keys.worker runs in a thread');
const { path, busyTimeoutMs } = workerData as KeysThreadData;
const database = new Sqlite(path, { journal: 'delete', synchronous: 'extra', busyTimeoutMs });
database.exec(KEYS_SCHEMA);
const selectPerson = database.prepare<KeyRow>(SELECT_PERSON);
const writePerson = database.prepare(
  `INSERT INTO person_keys (tenant, id, secret, crc) VALUES (?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET secret = excluded.secret, crc = excluded.crc`,
);
const writeApiKey = database.prepare(
  `INSERT INTO api_keys (tenant, id, secret, crc) VALUES (?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET secret = excluded.secret, crc = excluded.crc`,
);
const deleteApiKey = database.prepare('DELETE FROM api_keys WHERE tenant = ? AND id = ?');

port.on('message', (message: ToKeysThread) => {
  if (message.kind === 'close') {
    database.close();
    port.close();
    return;
  }
  let answer: FromKeysThread;
  try {
    answer = { kind: 'written', outcomes: database.transaction(() => message.writes.map(outcomeOf)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    answer = { kind: 'failed', reason, full: sqliteErrorCode(error) === SQLITE_FULL };
  }
  port.postMessage(answer);
});

/** What is found damaged undoes only itself: it is found before anything is written. */
function outcomeOf(write: KeyWrite): KeyWriteOutcome {
  try {
    return { kind: 'done', secret: run(write) };
  } catch (error) {
    if (error instanceof KeyDamageFault) return { kind: 'damaged', reason: error.message };
    throw error;
  }
}

/** The secret that the row holds afterwards. */
function run(write: KeyWrite): Uint8Array | null {
  const { tenant, id } = write;
  switch (write.kind) {
    case 'createPersonKey': {
      const row = selectPerson.get(tenant, id);
      const known = row && checked('person', row);
      if (known === null) throw new KeyDamageFault(`person ${tenant}/${id} was erased`);
      if (known !== undefined) return known;
      const key = randomBytes(32);
      writePerson.run(tenant, id, key, crcOf('person', tenant, id, key));
      return key;
    }
    case 'erasePersonKey':
      writePerson.run(tenant, id, null, crcOf('person', tenant, id, null));
      return null;
    case 'putApiKey':
      writeApiKey.run(tenant, id, write.hmac, crcOf('api', tenant, id, write.hmac));
      return write.hmac;
    case 'removeApiKey':
      deleteApiKey.run(tenant, id);
      return null;
  }
}
