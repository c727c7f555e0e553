import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../kernel/defect';
import { Sqlite } from '../sqlite/sqlite';
import type { ThreadQuery, ThreadRows } from './query-thread';
import { statementsOn } from './sqlite-dialect';

/** The query thread: see `QueryThread`. */
const port = parentPort;
assert(port !== null, 'the query worker runs in a thread');
const run = statementsOn(new Sqlite(workerData as string, { readOnly: true }));

port.on('message', ({ id, sql, parameters }: ThreadQuery) => void answer(id, sql, parameters));

async function answer(id: number, sql: string, parameters: ThreadQuery['parameters']): Promise<void> {
  const send = (message: ThreadRows): void => port?.postMessage(message);
  try {
    send({ id, rows: await run(sql, parameters) });
  } catch (error) {
    send({ id, error: String(error) });
  }
}
