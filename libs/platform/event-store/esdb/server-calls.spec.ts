import { accountStream, appendRequest, gather } from '../../../testing/append-request';
import { MeasuredEsdbServer, type AppendFate, type Fates } from '../../../testing/measured-esdb-server';
import { testUnseal } from '../../../testing/temporary-store';
import { Defect } from '../../../kernel/defect';
import { NO_STREAM } from '../event-store';
import { AppendTooLargeFault, LogDamageFault, StoreUnavailableFault } from '../faults';
import type { Driver } from './driver';
import { EsdbEventStore } from './esdb-event-store';
import type { NewStoredEvent } from './stored-form';

const TERMS = { attemptMs: 40, patienceMs: 250, claimPatienceMs: 20 };
const join = (driver: Driver): EsdbEventStore => EsdbEventStore.open({ driver, unseal: testUnseal, ...TERMS });
const stream = accountStream('a');

/** Each append meets the next of these, and then arrives. */
function inTurn(...fates: AppendFate[]): Fates {
  const left = [...fates];
  return () => left.shift() ?? 'arrives';
}

const failing = (server: MeasuredEsdbServer, members: object, message = ''): Driver => ({
  ...server.connect(),
  append: () => Promise.reject(Object.assign(new Error(message), members)),
});

describe('an append whose outcome is unknown', () => {
  it.each([
    ['its answer was lost', 'answerLost' as const],
    ['it was lost', 'lost' as const],
    ['it comes late, before the next try', { lateMs: 1 }],
    ['it comes late, behind the next try', { lateMs: 60 }],
  ])('is sent again, the same, and lands once: %s', async (_, fate) => {
    const server = new MeasuredEsdbServer();
    const store = join(server.connect(inTurn(fate, fate)));
    const first = appendRequest(stream, NO_STREAM, { events: ['One', 'Two'] });
    expect(await store.append(first)).toMatchObject({ kind: 'appended', lastRevision: 1, position: 200 });
    expect(await store.append(appendRequest(stream, 1))).toMatchObject({ kind: 'appended', firstRevision: 2 });
    await server.quiet();
    expect(server.log.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  it('lands twice where each try is made anew', async () => {
    const server = new MeasuredEsdbServer();
    const driver = server.connect(inTurn('answerLost'));
    let tries = 0;
    const anew: Driver = {
      ...driver,
      append: (name, expected, events, abandoned) =>
        driver.append(name, expected + tries, renamed(events, tries++), abandoned),
    };
    await join(anew)
      .append(appendRequest(stream, NO_STREAM))
      .catch(() => undefined);
    expect(server.log).toHaveLength(2);
  });

  it('is recognised where it had arrived when the next try was a conflict', async () => {
    const server = new MeasuredEsdbServer();
    const request = appendRequest(stream, NO_STREAM);
    await join(server.connect()).append(request);
    const shy: Driver = { ...server.connect(), readStream: hiddenOnce(server) };
    expect(await join(shy).append(request)).toMatchObject({ kind: 'appended', firstRevision: 0 });
    expect(server.log).toHaveLength(1);
  });

  it('is unavailable when patience is over, and its stream is read anew', async () => {
    const server = new MeasuredEsdbServer();
    let fate: AppendFate = 'answerLost';
    const store = join(server.connect(() => fate));
    const request = appendRequest(stream, NO_STREAM);
    await expect(store.append(request)).rejects.toThrow(StoreUnavailableFault);
    fate = 'arrives';
    expect(await store.append(appendRequest(stream, 0))).toMatchObject({ kind: 'appended', firstRevision: 1 });
    expect(await store.append(request)).toMatchObject({ kind: 'appended', firstRevision: 0 });
  });

  it('is not waited for when the server hangs', async () => {
    const server = new MeasuredEsdbServer();
    const hanging: Driver = { ...server.connect(), append: () => new Promise(() => undefined) };
    const begun = performance.now();
    await expect(join(hanging).append(appendRequest(stream, NO_STREAM))).rejects.toThrow(StoreUnavailableFault);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('an append that fails for good', () => {
  it.each([
    ['too large', { type: 'maximum-append-size-exceeded' }, AppendTooLargeFault],
    ['to a stream that was ended', { type: 'stream-deleted' }, LogDamageFault],
    ['not allowed', { type: 'access-denied' }, StoreUnavailableFault],
    ['not understood', { type: 'unsupported' }, Defect],
  ])('is not tried again: %s', async (_, members, fault) => {
    const begun = performance.now();
    const store = join(failing(new MeasuredEsdbServer(), members));
    await expect(store.append(appendRequest(stream, NO_STREAM))).rejects.toThrow(fault);
    expect(performance.now() - begun).toBeLessThan(TERMS.patienceMs);
  });

  it('is damage where the stream was deleted and its revisions go on', async () => {
    const server = new MeasuredEsdbServer();
    const driver = server.connect();
    const goingOn: Driver = { ...driver, append: async () => ({ lastRevision: 7, position: 1 }) };
    await expect(join(goingOn).append(appendRequest(stream, NO_STREAM))).rejects.toThrow(LogDamageFault);
  });
});

describe('what somebody else wrote', () => {
  const foreign: NewStoredEvent = { id: 'b', type: 'Theirs', data: { of: 'others' }, metadata: {} };

  it('is passed over in the whole log, and counted', async () => {
    const server = new MeasuredEsdbServer();
    const store = join(server.connect());
    server.append('orders-7', -1, [foreign]);
    server.append('$stats', -1, [foreign]);
    await store.append(appendRequest(stream, NO_STREAM, { events: ['One', 'Two'] }));
    server.append('orders-7', 0, [foreign]);
    expect((await gather(store.readAll())).map(({ type }) => type)).toEqual(['One', 'Two']);
    expect((await gather(store.readAll({ direction: 'backward' }))).map(({ type }) => type)).toEqual(['Two', 'One']);
    expect(store.health().foreignEvents).toBeGreaterThanOrEqual(2);
    expect([...store.health().foreignStreams.keys()]).toEqual(['orders-7']);
  });

  it('is damage in a stream of ours', async () => {
    const server = new MeasuredEsdbServer();
    const store = join(server.connect());
    await store.append(appendRequest(stream, NO_STREAM));
    server.append(stream, 0, [foreign]);
    await expect(gather(store.readStream(stream))).rejects.toThrow(LogDamageFault);
    await expect(store.append(appendRequest(stream, 1))).rejects.toThrow(LogDamageFault);
    expect(await gather(store.readAll())).toHaveLength(1);
  });

  it('is not missed: a stream that was cut off at its beginning is damage, and the log goes on', async () => {
    const server = new MeasuredEsdbServer();
    const whole = server.connect();
    await join(whole).append(appendRequest(stream, NO_STREAM, { events: ['One', 'Two'] }));
    await join(whole).append(appendRequest(stream, 1));
    const cut: Driver = {
      ...whole,
      readStream: async (name, page) => (await whole.readStream(name, page)).filter(({ revision }) => revision > 0),
      readAll: async (page) => (await whole.readAll(page)).filter(({ revision }) => revision > 0),
    };
    const store = join(cut);
    await expect(gather(store.readStream(stream))).rejects.toThrow(LogDamageFault);
    expect(await gather(store.readAll())).toHaveLength(1);
    expect(store.health().foreignEvents).toBe(1);
  });
});

const renamed = (events: readonly NewStoredEvent[], tries: number): NewStoredEvent[] =>
  events.map((event) => ({ ...event, id: `${event.id}-${tries}` }));

/** A server whose first answer is of before somebody else's append. */
function hiddenOnce(server: MeasuredEsdbServer): Driver['readStream'] {
  let hidden = false;
  return async (name, page) => {
    if (hidden) return server.connect().readStream(name, page);
    hidden = true;
    return [];
  };
}
