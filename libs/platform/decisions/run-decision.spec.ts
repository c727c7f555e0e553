import { canonicalJson } from '../../kernel/canonical-json';
import { refuse } from '../../kernel/decision';
import type { JsonValue } from '../../kernel/json';
import { appendRequest, gather } from '../../testing/append-request';
import { openTemporaryStore, type TemporaryStore } from '../../testing/temporary-store';
import { add, tallyFaults, tallyMemory, tallyStream, type Tally } from '../../testing/tally';
import { SimulatedLogFiles } from '../event-store/embedded/simulated-log-files';
import type { RecordedAppend } from '../event-store/event-store';
import { StoreFullFault } from '../event-store/faults';
import { ContendedFault, StreamBusyFault } from './faults';
import { runDecision } from './run-decision';
import { StreamSession } from './stream-session';
import { StreamSessions } from './stream-sessions';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const bytes = (append: RecordedAppend): string =>
  canonicalJson(JSON.parse(JSON.stringify(membersOf(append))) as JsonValue);

/** What a read append holds behind its getters, too. */
function membersOf(append: RecordedAppend): RecordedAppend {
  const { stream, tenant, firstRevision, position, commandKey, fingerprint, recordedAt, occurredAt } = append;
  const { effectiveAt, actor, correlationId, causationId, events, claims, outcome } = append;
  return {
    ...{ stream, tenant, firstRevision, position, commandKey, fingerprint, recordedAt, occurredAt, effectiveAt },
    ...{ actor, correlationId, causationId, events, claims, outcome },
  };
}

describe('runDecision', () => {
  let temporary: TemporaryStore;
  let sessions: StreamSessions<Tally>;
  beforeEach(async () => {
    temporary = await openTemporaryStore();
    sessions = new StreamSessions(temporary.store, tallyMemory);
  });
  afterEach(() => temporary.dispose());

  it('loses and doubles nothing when 200 commands race on one stream', async () => {
    const results = await Promise.all(numbers(200).map((n) => runDecision(sessions, add(`c${n}`))));
    expect(results.every((result) => result.kind === 'recorded' && !result.replayed)).toBe(true);
    expect(await tallyFaults(temporary.store)).toEqual([]);
    expect(await temporary.store.headRevision(tallyStream())).toBe(199);
  });

  it('does not wait for an earlier commit: racing commands share few of them', async () => {
    const seen: number[] = [];
    const answered: number[] = [];
    await Promise.all(
      numbers(50).map((n) =>
        runDecision(sessions, add(`c${n}`, { onDecide: ({ total }) => seen.push(total) })).then(() => answered.push(n)),
      ),
    );
    expect(seen).toEqual(numbers(50));
    expect(answered).toHaveLength(50);
  });

  it.each([1, 2, 3, 4, 5])(
    'records a command sent %i times at once with one effect and equal answers',
    async (times) => {
      const answers = await Promise.all(
        numbers(times).flatMap(() => [
          runDecision(sessions, add('same')),
          runDecision(sessions, add('other', { added: 2 })),
        ]),
      );
      const records = answers.map((answer) => (answer.kind === 'recorded' ? bytes(answer.append) : answer.kind));
      expect(new Set(records).size).toBe(2);
      expect(answers.filter((answer) => answer.kind === 'recorded' && !answer.replayed)).toHaveLength(2);
      expect(await temporary.store.headRevision(tallyStream())).toBe(1);
      expect(await tallyFaults(temporary.store)).toEqual([]);
    },
  );

  it('answers the first time what the log gives ever after, byte for byte', async () => {
    const claims = [
      { action: 'take', key: 'main/name/ana' },
      { action: 'take', key: 'main/card/9001', sealed: Buffer.from('main/card/9001').toString('base64url') },
    ] as const;
    const first = await runDecision(sessions, add('one', { claims }));
    const again = await runDecision(sessions, add('one', { claims }));
    const reopened = new StreamSessions(await temporary.reopen(), tallyMemory);
    const later = await runDecision(reopened, add('one', { claims }));
    if (first.kind !== 'recorded' || again.kind !== 'recorded' || later.kind !== 'recorded')
      throw new Error('not recorded');
    expect([first.replayed, again.replayed, later.replayed]).toEqual([false, true, true]);
    expect(bytes(again.append)).toBe(bytes(first.append));
    expect(bytes(later.append)).toBe(bytes(first.append));
    expect([again.position, later.position]).toEqual([first.position, first.position]);
  });

  it('tells another body under the same key, and names who holds it', async () => {
    await runDecision(sessions, add('one'));
    expect(await runDecision(sessions, add('one', { added: 5, stream: tallyStream(2) }))).toMatchObject({
      kind: 'differentBody',
      holder: { stream: tallyStream(), firstRevision: 0, commandKey: 'one', fingerprint: 'fingerprint of 1' },
      fingerprint: 'fingerprint of 5',
    });
    expect(await temporary.store.headRevision(tallyStream(2))).toBe(-1);
  });

  it('holds a command that comes by two streams at once to one effect', async () => {
    const results = await Promise.all(
      numbers(4).map((n) => runDecision(sessions, add('same', { stream: tallyStream(n % 2) }))),
    );
    expect(
      new Set(results.map((result) => (result.kind === 'recorded' ? bytes(result.append) : '')).values()).size,
    ).toBe(1);
    expect(await temporary.store.endPosition()).toBe(0);
  });

  it('hands a refusal back and records nothing', async () => {
    const result = await runDecision(sessions, add('one', { added: 5, atMost: 4 }));
    expect(result).toEqual({ kind: 'refused', refusal: refuse('TooMuch', '5 is more than 4') });
    expect(await temporary.store.endPosition()).toBe(-1);
  });

  it('lets a command say what a taken name means, or decide anew', async () => {
    const claims = [{ action: 'take', key: 'main/name/ana' }] as const;
    await runDecision(sessions, add('one', { claims }));
    const refused = await runDecision(
      sessions,
      add('two', { claims, stream: tallyStream(2), onClaimTaken: (key) => refuse('NameTaken', `${key} is taken`) }),
    );
    expect(refused).toEqual({ kind: 'refused', refusal: refuse('NameTaken', 'main/name/ana is taken') });
    const stubborn = add('three', { claims, stream: tallyStream(3), onClaimTaken: () => undefined });
    await expect(runDecision(sessions, stubborn)).rejects.toThrow(ContendedFault);
    expect(await tallyFaults(temporary.store)).toEqual([]);
  });

  it('reads the state after everything that was sent before, once all of it is durable', async () => {
    const sent = numbers(20).map((n) => runDecision(sessions, add(`c${n}`)));
    await new Promise(setImmediate);
    const { total } = await sessions.of(tallyStream()).read();
    expect(total).toBeGreaterThan(0);
    expect(await temporary.store.headRevision(tallyStream())).toBeGreaterThanOrEqual(total - 1);
    await Promise.all(sent);
    expect(await new StreamSessions(temporary.store, tallyMemory).of(tallyStream()).read()).toMatchObject({
      total: 20,
    });
  });

  it('gives a decision the whole history when it asks, pending appends included', async () => {
    const lengths: (number | undefined)[] = [];
    const before = numbers(30).map((n) => runDecision(sessions, add(`c${n}`)));
    const onDecide = (_: Tally, history?: readonly unknown[]) => lengths.push(history?.length);
    const late = runDecision(sessions, add('late', { needsHistory: true, onDecide }));
    const after = numbers(30).map((n) => runDecision(sessions, add(`d${n}`)));
    await Promise.all([...before, late, ...after]);
    expect(lengths).toEqual([undefined, 30]);
    expect(await tallyFaults(temporary.store)).toEqual([]);
  });

  it('reads again when another writer was there first', async () => {
    const others = numbers(4).map(() => new StreamSessions(temporary.store, tallyMemory));
    const results = await Promise.all(numbers(120).map((n) => runDecision(others[n % 4] ?? sessions, add(`c${n}`))));
    expect(results.every(({ kind }) => kind === 'recorded')).toBe(true);
    expect(await temporary.store.headRevision(tallyStream())).toBe(119);
    expect(await tallyFaults(temporary.store)).toEqual([]);
  });

  it('never takes another writer’s append for the one it builds on', async () => {
    await runDecision(sessions, add('seen'));
    const foreign = temporary.store.append(
      appendRequest(tallyStream(), 0, {
        events: [{ type: 'TallyAdded', version: 1, data: { before: 1, added: 100, after: 101 } }],
      }),
    );
    await Promise.all([foreign, ...numbers(20).map((n) => runDecision(sessions, add(`c${n}`)))]);
    expect(await tallyFaults(temporary.store)).toEqual([]);
    expect(await temporary.store.headRevision(tallyStream())).toBe(21);
  });

  it('gives up as retryable when others are first ten times in a row', async () => {
    let foreign = 0;
    const onDecide = (tally: Tally) => {
      void temporary.store.append(
        appendRequest(tallyStream(), tally.commands - 1, {
          events: [{ type: 'TallyAdded', version: 1, data: { before: tally.total, added: 1, after: tally.total + 1 } }],
        }),
      );
      foreign++;
    };
    const run = runDecision(sessions, add('one', { onDecide }));
    await expect(run).rejects.toThrow(ContendedFault);
    await expect(run).rejects.toMatchObject({ code: 'Contended', retryable: true });
    expect(foreign).toBe(10);
    expect(await tallyFaults(temporary.store)).toEqual([]);
  });

  it('lets no more than the bound wait for one stream, and others go on', async () => {
    const bounded = new StreamSessions(temporary.store, tallyMemory, { maxWaiting: 10 });
    const crowd = numbers(30).map((n) => runDecision(bounded, add(`c${n}`)));
    const elsewhere = runDecision(bounded, add('elsewhere', { stream: tallyStream(2) }));
    const outcomes = await Promise.allSettled(crowd);
    const busy = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(busy).toHaveLength(20);
    for (const reason of busy) expect(reason).toBeInstanceOf(StreamBusyFault);
    expect((await elsewhere).kind).toBe('recorded');
    expect((await runDecision(bounded, add('c29'))).kind).toBe('recorded');
    expect(await tallyFaults(temporary.store)).toEqual([]);
  });

  it('keeps few streams in mind, never dropping one in use', async () => {
    const small = new StreamSessions(temporary.store, tallyMemory, { maxStreams: 2 });
    await Promise.all(numbers(200).map((n) => runDecision(small, add(`c${n}`, { stream: tallyStream(n % 7) }))));
    for (const id of numbers(7)) expect(await tallyFaults(temporary.store, tallyStream(id))).toEqual([]);
    expect((await gather(temporary.store.readAll())).length).toBe(200);
  });
});

/** Commands race while the disk is full for some of them; all are sent again once there is space. */
async function raceOnFullDisk(begin: (store: TemporaryStore['store']) => StreamSessions<Tally>) {
  const log = new SimulatedLogFiles();
  const temporary = await openTemporaryStore({ log });
  const sessions = begin(temporary.store);
  await Promise.all(numbers(10).map((n) => runDecision(sessions, add(`before${n}`))));
  log.space = 0;
  const full = await Promise.allSettled(
    numbers(40).map((n) => runDecision(sessions, add(`full${n}`, { claims: [], added: 10 }))),
  );
  const refusals = await Promise.allSettled([runDecision(sessions, add('refused', { added: 1, atMost: 11 }))]);
  log.space = Infinity;
  const again = await Promise.allSettled(numbers(40).map((n) => runDecision(sessions, add(`full${n}`, { added: 10 }))));
  const faults = await tallyFaults(temporary.store);
  const events = await gather(temporary.store.readStream(tallyStream()));
  await temporary.dispose();
  return { full, refusals, again, faults, events: events.length };
}

describe('a failed commit', () => {
  it('takes the state with it: what was decided on it fails or is decided again', async () => {
    const { full, refusals, again, faults, events } = await raceOnFullDisk(
      (store) => new StreamSessions(store, tallyMemory),
    );
    const failed = full.filter((outcome) => outcome.status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed) expect(reason).toBeInstanceOf(StoreFullFault);
    expect(refusals[0]?.status).toBe('rejected');
    expect(again.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(faults).toEqual([]);
    expect(events).toBe(50);
  });

  it('is noticed by this test when the state is kept', async () => {
    class Forgetless extends StreamSession<Tally> {
      protected override forget(): void {
        // Goes on with what never was.
      }
    }
    class ForgetlessSessions extends StreamSessions<Tally> {
      protected override begin(...[stream, terms]: Parameters<StreamSessions<Tally>['begin']>): StreamSession<Tally> {
        return new Forgetless(stream, terms);
      }
    }
    const { again, faults, events } = await raceOnFullDisk(
      (store) => new ForgetlessSessions(store, tallyMemory, { pause: () => Promise.resolve() }),
    );
    const complete = again.every(({ status }) => status === 'fulfilled') && faults.length === 0 && events === 50;
    expect(complete).toBe(false);
  });
});
