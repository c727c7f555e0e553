import { openThroughDoor } from '../../testing/temporary-esdb-store';
import { add, tallyFaults, tallyMemory, tallyStream, type Tally } from '../../testing/tally';
import { kurrentLibrary } from '../event-store/esdb/kurrent-library';
import { runDecision } from './run-decision';
import { StreamSessions } from './stream-sessions';

describe('two processes that decide on one log', () => {
  let under: Awaited<ReturnType<typeof openThroughDoor>>;
  let here: StreamSessions<Tally>;
  let there: StreamSessions<Tally>;
  beforeEach(async () => {
    under = await openThroughDoor(kurrentLibrary);
    here = new StreamSessions(under.store, tallyMemory);
    there = new StreamSessions(under.another(), tallyMemory);
  });
  afterEach(() => under.dispose());

  const total = async (sessions: StreamSessions<Tally>): Promise<number> =>
    (await sessions.of(tallyStream()).read()).total;

  it('see at once what the other has recorded', async () => {
    for (let round = 0; round < 3; round++) {
      await runDecision(here, add(`here-${round}`));
      expect(await total(there)).toBe(2 * round + 1);
      await runDecision(there, add(`there-${round}`));
      expect(await total(here)).toBe(2 * round + 2);
    }
  });

  it('refuse nothing by what the other has changed meanwhile', async () => {
    await runDecision(here, add('fill', { added: 10 }));
    await runDecision(there, add('empty', { added: -10 }));
    const allowed = await runDecision(here, add('again', { added: 10, atMost: 10 }));
    expect(allowed).toMatchObject({ kind: 'recorded', replayed: false });
    const refused = await runDecision(there, add('more', { added: 1, atMost: 10 }));
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'TooMuch' } });
  });

  it('win exactly what there is when both race for it', async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, n) => runDecision(n % 2 ? here : there, add(`c${n}`, { atMost: 20 }))),
    );
    expect(results.filter(({ kind }) => kind === 'recorded')).toHaveLength(20);
    expect(results.filter(({ kind }) => kind === 'refused')).toHaveLength(40);
    expect(await tallyFaults(under.store)).toEqual([]);
  });
});
