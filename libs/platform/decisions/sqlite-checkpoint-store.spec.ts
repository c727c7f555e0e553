import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointStoreContract } from '../../testing/checkpoint-store.contract-suite';
import { add, tallyFaults, tallyMemory, tallyStream, type Tally } from '../../testing/tally';
import { openTemporaryStore } from '../../testing/temporary-store';
import { Sqlite } from '../sqlite/sqlite';
import type { RecordedEvent } from '../event-store/event-store';
import type { StreamMemory } from './decision-types';
import { runDecision } from './run-decision';
import { SqliteCheckpointStore } from './sqlite-checkpoint-store';
import { StreamSessions } from './stream-sessions';

function openTemporaryCheckpoints() {
  const directory = mkdtempSync(join(tmpdir(), 'suki-checkpoints-'));
  const path = join(directory, 'checkpoints.db');
  let checkpoints = SqliteCheckpointStore.open(path);
  return {
    path,
    checkpoints,
    async reopen() {
      await checkpoints.close();
      checkpoints = SqliteCheckpointStore.open(path);
      return checkpoints;
    },
    async remove() {
      await checkpoints.close();
      rmSync(directory, { recursive: true });
    },
  };
}

checkpointStoreContract('checkpoints.db', async () => openTemporaryCheckpoints());

describe('checkpoints', () => {
  /** The tally's memory, and how many events it was asked to fold. */
  function counted(language = 1): { memory: StreamMemory<Tally>; folded: () => number } {
    let folded = 0;
    const evolve = (tally: Tally, events: readonly RecordedEvent[]) => {
      folded += events.length;
      return tallyMemory.evolve(tally, events);
    };
    return { memory: { ...tallyMemory, language, evolve }, folded: () => folded };
  }

  async function withLongStream(
    work: (given: {
      store: Awaited<ReturnType<typeof openTemporaryStore>>['store'];
      fixture: ReturnType<typeof openTemporaryCheckpoints>;
    }) => Promise<void>,
  ): Promise<void> {
    const temporary = await openTemporaryStore();
    const fixture = openTemporaryCheckpoints();
    try {
      const { store } = temporary;
      const sessions = new StreamSessions(store, tallyMemory, { checkpoints: fixture.checkpoints });
      for (let batch = 0; batch < 5; batch++) {
        await Promise.all(Array.from({ length: 100 }, (_, n) => runDecision(sessions, add(`c${batch}-${n}`))));
      }
      await work({ store, fixture });
    } finally {
      await fixture.remove();
      await temporary.dispose();
    }
  }

  it('spare a long stream from being read from its beginning', () =>
    withLongStream(async ({ store, fixture }) => {
      const { memory, folded } = counted();
      const sessions = new StreamSessions(store, memory, { checkpoints: await fixture.reopen() });
      expect((await runDecision(sessions, add('last'))).kind).toBe('recorded');
      expect(folded()).toBeLessThan(200);
      expect(await tallyFaults(store)).toEqual([]);
    }));

  it('count for nothing when they are of another language, damaged, or of a longer log', () =>
    withLongStream(async ({ store, fixture }) => {
      const newer = counted(2);
      const checkpoints = await fixture.reopen();
      await runDecision(new StreamSessions(store, newer.memory, { checkpoints }), add('newer'));
      expect(newer.folded()).toBe(500);

      checkpoints.save(tallyStream(), { language: 1, revision: 9_999, state: () => ({ total: -1, commands: -1 }) });
      const longer = counted();
      const ahead = await fixture.reopen();
      await runDecision(new StreamSessions(store, longer.memory, { checkpoints: ahead }), add('longer'));
      expect(longer.folded()).toBe(501);

      ahead.save(tallyStream(), { language: 1, revision: 400, state: () => ({ total: 7_654_321, commands: 401 }) });
      await (await fixture.reopen()).close();
      const database = new Sqlite(fixture.path);
      const change = database.prepare(`UPDATE checkpoints SET state = replace(state, '7654321', '8654321')`);
      expect(change.run()).toBe(1);
      database.close();
      const damaged = counted();
      const repaired = SqliteCheckpointStore.open(fixture.path);
      await runDecision(new StreamSessions(store, damaged.memory, { checkpoints: repaired }), add('damaged'));
      await repaired.close();
      expect(damaged.folded()).toBe(502);
      expect(await tallyFaults(store)).toEqual([]);
    }));

  it('are begun anew where the file is no database', async () => {
    const fixture = openTemporaryCheckpoints();
    await fixture.checkpoints.close();
    writeFileSync(fixture.path, 'not a database, but long enough to be taken for one if nobody looks '.repeat(100));
    const checkpoints = await fixture.reopen();
    expect(checkpoints.load(tallyStream(), 1)).toBeUndefined();
    await fixture.remove();
  });
});
