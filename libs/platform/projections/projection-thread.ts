import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../kernel/defect';
import { LogView } from '../event-store/embedded/log-view';
import type { Projection } from '../read-store/read-store';
import { SqliteReadStore } from '../read-store/sqlite-read-store';
import { errorText } from './batch-fold';
import type {
  FromProjectionThread,
  ProjectionAnswer,
  ProjectionQuestion,
  ProjectionThreadData,
  ToProjectionThread,
} from './projection-messages';
import { ProjectionRunner } from './projection-runner';

/** The whole of a projection thread; its entry file only names the projections. See `ProjectionService`. */
export async function runProjectionThread(projections: readonly Projection[]): Promise<void> {
  const port = parentPort;
  assert(port !== null, 'projections run in a thread of their own');
  const { logDirectory, indexPath, readModelsPath, endPosition } = workerData as ProjectionThreadData;
  const send = (message: FromProjectionThread): void => port.postMessage(message);

  const source = LogView.open({ logDirectory, indexPath, endPosition });
  const store = await SqliteReadStore.open(readModelsPath);
  const runner = await ProjectionRunner.start({
    source,
    store,
    projections,
    owner: 'local',
    shards: 'alone',
    now: Date.now,
    onPaused: (error) => send({ kind: 'paused', error: errorText(error) }),
    onProgress: (position) => send({ kind: 'reached', position }),
  });

  port.on('message', (message: ToProjectionThread) => {
    switch (message.kind) {
      case 'durable':
        return source.moveEnd(message.position);
      case 'ask':
        return void answerTo(runner, message.question).then(
          (answer) => send({ kind: 'answer', id: message.id, answer }),
          (error: unknown) => send({ kind: 'failed', id: message.id, error: errorText(error) }),
        );
      case 'stop':
        return void stop();
    }
  });
  send({ kind: 'started', position: runner.position });

  async function stop(): Promise<void> {
    await runner.stop();
    await source.close();
    await store.close();
    port?.close();
  }
}

function answerTo(runner: ProjectionRunner, question: ProjectionQuestion): Promise<ProjectionAnswer> {
  switch (question.name) {
    case 'status':
      return runner.status();
    case 'parkedLines':
      return runner.parkedLines();
    case 'retry':
    case 'skip':
    case 'unpark':
      return runner[question.name](question.projection, question.line);
  }
}
