import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../../kernel/defect';
import { DiskLogFiles } from './disk-log-files';
import { IndexFollower } from './index-follower';
import type { FromIndexThread, IndexThreadData, ToIndexThread } from './index-thread';
import { LogReader } from './log-reader';
import type { SealedClaim } from './stream-index-writer';

/** The index thread: follows the log files up to where it is told, and asks the main thread for the keys of sealed claims. */
const port = parentPort;
assert(port !== null, 'the index worker runs in a thread');
const { logDirectory, indexPath, mayBegin } = workerData as IndexThreadData;

let onUnsealed: (keys: readonly (string | undefined)[]) => void = () => undefined;

function send(message: FromIndexThread): void {
  port?.postMessage(message);
}

function unseal(claims: readonly SealedClaim[]): Promise<readonly (string | undefined)[]> {
  return new Promise((resolve) => {
    onUnsealed = resolve;
    send({ kind: 'unseal', claims });
  });
}

async function end(follower: IndexFollower | undefined): Promise<void> {
  port?.close();
  await follower?.close();
}

function fail(error: unknown): void {
  send({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}

function start(): IndexFollower | undefined {
  try {
    const follower = IndexFollower.open(indexPath, new LogReader(new DiskLogFiles(logDirectory)), { unseal, mayBegin });
    send({ kind: 'opened', progress: follower.progress });
    return follower;
  } catch (error) {
    fail(error);
    return undefined;
  }
}

const follower = start();
let working: Promise<void> = Promise.resolve();

async function advance(position: number): Promise<void> {
  try {
    await follower?.advance(position, (progress) => send({ kind: 'flushed', progress }));
    if (follower !== undefined) send({ kind: 'advanced', progress: follower.progress });
  } catch (error) {
    fail(error);
  }
}

port.on('message', (message: ToIndexThread) => {
  switch (message.kind) {
    case 'advance':
      working = advance(message.end);
      return;
    case 'unsealed':
      return onUnsealed(message.keys);
    case 'close':
      void working.then(() => end(follower));
      return;
  }
});
