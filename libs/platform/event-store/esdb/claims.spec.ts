import { accountStream, appendRequest, type AppendSketch } from '../../../testing/append-request';
import { MeasuredEsdbServer, type Fates } from '../../../testing/measured-esdb-server';
import { testUnseal } from '../../../testing/temporary-store';
import { NO_STREAM, SLOT_CLOSED, type AppendRequest, type AppendResult, type EventStore } from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { isStreamOfClaims } from './claim-streams';
import { AppendGroups } from './append-groups';
import type { Driver } from './driver';
import { EsdbEventStore } from './esdb-event-store';
import type { StoredEvent } from './stored-form';

const TERMS = { attemptMs: 50, patienceMs: 200, claimPatienceMs: 20 };
const KEY = 'main/receipt/manila-1~2~000123';
const CARD = `main/card/${'5a'.repeat(32)}`;
const sealedCard = { action: 'take', key: CARD, sealed: Buffer.from(CARD).toString('base64url') } as const;

const join = (server: MeasuredEsdbServer, fates?: Fates, jitterMs?: number): EsdbEventStore =>
  EsdbEventStore.open({ driver: server.connect(fates, jitterMs), unseal: testUnseal, ...TERMS });

/** Appends to account streams are lost, arrive late and so on; records of claims arrive. */
const ofAccounts =
  (fate: ReturnType<Fates>): Fates =>
  (stream) =>
    isStreamOfClaims(stream) ? 'arrives' : fate;

/** Every append of the log in order, with what it does to claims. */
async function appendsOf({
  log,
}: MeasuredEsdbServer): Promise<
  { stream: string; commandKey: string; types: string[]; claims: { action: string; key: string }[] }[]
> {
  const groups = new AppendGroups(
    (events, reason) => {
      throw new Error(`${reason}: ${JSON.stringify(events)}`);
    },
    async () => undefined,
  );
  const appends = [];
  for (const event of log) {
    const read = await groups.take(event);
    if (read === undefined || isStreamOfClaims(event.stream)) continue;
    const { stream, commandKey, claims, events } = read.append;
    const keys = claims.map(async ({ action, key, sealed }) => ({
      action,
      key: key ?? (await testUnseal(sealed ?? '')),
    }));
    appends.push({ stream, commandKey, types: events.map(({ type }) => type), claims: await Promise.all(keys) });
  }
  return appends;
}

/** Who holds what at the end; fails where a key was ever taken while somebody held it. */
async function holdersOf(server: MeasuredEsdbServer): Promise<Map<string, string>> {
  const holders = new Map<string, string>();
  for (const { commandKey, claims } of await appendsOf(server)) {
    for (const { action, key } of claims) {
      if (action === 'take' && holders.has(key)) {
        throw new Error(`${key} is held by ${holders.get(key)} and taken by ${commandKey}`);
      }
    }
    for (const { action, key } of claims) {
      if (action === 'take') holders.set(key, commandKey);
      else holders.delete(key);
    }
  }
  return holders;
}

const take = (store: EventStore, id: string, sketch: AppendSketch = { claims: [KEY] }): Promise<AppendResult> =>
  store.append(appendRequest(accountStream(id), NO_STREAM, { commandKey: `of-${id}`, ...sketch }));

/** Does not close slots, and sees them closed all the same. */
function carelessDriver(server: MeasuredEsdbServer): Driver {
  const driver = server.connect();
  const believed = new Map<string, StoredEvent>();
  return {
    ...driver,
    append: async (stream, expected, events, abandoned) => {
      const [event] = events;
      if (event?.type !== SLOT_CLOSED) return driver.append(stream, expected, events, abandoned);
      believed.set(stream, { ...event, stream, revision: expected + 1, position: 1 });
      return { lastRevision: expected + 1, position: 1 };
    },
    readStream: async (stream, page) => {
      const event = believed.get(stream);
      return event === undefined ? driver.readStream(stream, page) : [event];
    },
  };
}

describe('a claim whose holder is slow', () => {
  it.each([
    ['a receipt', { claims: [KEY] }, KEY],
    ['a card', { claims: [sealedCard] }, CARD],
  ])('is taken over, and the append that was lost never arrives after that: %s', async (_, sketch, key) => {
    const server = new MeasuredEsdbServer();
    const slow = take(join(server, ofAccounts({ lateMs: 400 })), 'slow', sketch).catch((fault: unknown) => fault);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await take(join(server), 'quick', sketch)).toMatchObject({ kind: 'appended' });
    await server.quiet();
    expect(await slow).not.toHaveProperty('kind', 'appended');
    expect(await holdersOf(server)).toEqual(new Map([[key, 'of-quick']]));
    expect(await join(server).claimHolder(key)).toMatchObject({ commandKey: 'of-quick' });
    const closed = (await appendsOf(server)).filter(({ types }) => types.includes(SLOT_CLOSED));
    expect(closed.map(({ stream }) => stream)).toEqual(['account-main.slow']);
  });

  it('would be held twice if its slot were only believed to be closed', async () => {
    const server = new MeasuredEsdbServer();
    const slow = take(join(server, ofAccounts({ lateMs: 300 })), 'slow').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const careless = EsdbEventStore.open({ driver: carelessDriver(server), unseal: testUnseal, ...TERMS });
    expect(await take(careless, 'quick')).toMatchObject({ kind: 'appended' });
    await slow;
    await server.quiet();
    await expect(holdersOf(server)).rejects.toThrow('is held by of-quick and taken by of-slow');
  });

  it('is waited for', async () => {
    const server = new MeasuredEsdbServer();
    const slow = take(join(server, ofAccounts({ lateMs: 5 })), 'slow').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await take(join(server), 'quick')).toMatchObject({ kind: 'claimTaken', holder: { commandKey: 'of-slow' } });
    await slow;
    await server.quiet();
    expect(await holdersOf(server)).toEqual(new Map([[KEY, 'of-slow']]));
  });

  it('is finished by the same append in the same slot, without waiting', async () => {
    const server = new MeasuredEsdbServer();
    const append = appendRequest(accountStream('a'), NO_STREAM, { commandKey: 'of-a', claims: [KEY] });
    await expect(join(server, ofAccounts('lost')).append(append)).rejects.toThrow(StoreUnavailableFault);
    expect(await join(server).append(append)).toMatchObject({ kind: 'appended', firstRevision: 0 });
    expect((await appendsOf(server)).map(({ types }) => types)).toEqual([['ThingHappened']]);
  });

  it('is told from the same command that another process has decided for the same slot', async () => {
    const server = new MeasuredEsdbServer();
    const [first, second] = [1, 2].map((recordedAt) =>
      appendRequest(accountStream('a'), NO_STREAM, { commandKey: 'of-a', claims: [KEY], recordedAt }),
    ) as [AppendRequest, AppendRequest];
    const stores = [join(server), join(server)] as const;
    const results = await Promise.all([stores[0].append(first), stores[1].append(second)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['appended', 'claimTaken']);
    const loser = results[0].kind === 'appended' ? 1 : 0;
    const next = appendRequest(accountStream('a'), 0, { commandKey: 'next' });
    expect(await stores[loser].append(next)).toMatchObject({ kind: 'appended', firstRevision: 1 });
    for await (const batch of stores[0].readStream(accountStream('a'))) expect(batch).toHaveLength(2);
  });

  it('is free as soon as another append lies in its slot', async () => {
    const server = new MeasuredEsdbServer();
    await expect(take(join(server, ofAccounts('lost')), 'a')).rejects.toThrow(StoreUnavailableFault);
    await take(join(server), 'a', { commandKey: 'another', claims: [] });
    expect(await join(server).claimHolder(KEY)).toBeUndefined();
    expect(await take(join(server), 'b')).toMatchObject({ kind: 'appended' });
  });
});

describe('a release that is lost', () => {
  it('leaves the key with its holder, and can be sent again', async () => {
    const server = new MeasuredEsdbServer();
    const store = join(server);
    await take(store, 'a');
    const release = { claims: [{ action: 'release', key: KEY }] } as const;
    const lost = appendRequest(accountStream('a'), 0, { ...release, commandKey: 'release' });
    await expect(join(server, ofAccounts('lost')).append(lost)).rejects.toThrow(StoreUnavailableFault);
    expect(await store.claimHolder(KEY)).toMatchObject({ commandKey: 'of-a' });
    expect(await join(server).append(lost)).toMatchObject({ kind: 'appended' });
    expect(await store.claimHolder(KEY)).toBeUndefined();
    expect(await take(store, 'b')).toMatchObject({ kind: 'appended' });
  });
});

describe('claims of processes that race, while the way to the server fails', () => {
  const keys = [KEY, CARD, 'main/receipt/2'];
  const claimOf = (key: string, action: 'take' | 'release') =>
    key === CARD ? { ...sealedCard, action } : { action, key };

  it('are held by one at a time, and every answer is true', async () => {
    for (let round = 0; round < 6; round++) {
      const server = new MeasuredEsdbServer();
      const fates: Fates = () => {
        const dice = Math.random();
        if (dice < 0.75) return 'arrives';
        if (dice < 0.85) return 'answerLost';
        return dice < 0.93 ? 'lost' : { lateMs: Math.random() * 150 };
      };
      const answered: string[] = [];
      const refused: string[] = [];
      const run = async (process: number): Promise<void> => {
        const store = join(server, fates, 3);
        for (let command = 0; command < 15; command++) {
          const stream = accountStream(Math.floor(Math.random() * 5));
          const commandKey = `${round}-${process}-${command}`;
          const chosen = keys.filter(() => Math.random() < 0.5);
          const action = Math.random() < 0.4 ? 'release' : 'take';
          const claims = chosen.map((key) => claimOf(key, action));
          try {
            const head = await store.headRevision(stream);
            const result = await store.append(appendRequest(stream, head, { commandKey, claims }));
            (result.kind === 'appended' ? answered : refused).push(commandKey);
          } catch (fault) {
            if (!(fault instanceof StoreUnavailableFault)) throw fault;
          }
        }
        await store.close();
      };
      await Promise.all([0, 1, 2, 3].map(run));
      await server.quiet();
      const holders = await holdersOf(server);
      const recorded = (await appendsOf(server)).map(({ commandKey }) => commandKey);
      expect(answered.filter((key) => recorded.filter((each) => each === key).length !== 1)).toEqual([]);
      expect(refused.filter((key) => recorded.includes(key))).toEqual([]);
      expect(answered.length).toBeGreaterThan(10);
      const store = join(server);
      for (const key of keys) expect((await store.claimHolder(key))?.commandKey).toBe(holders.get(key));
    }
  }, 60_000);
});

it('no stream name holds an identity, or what a client made up', async () => {
  const server = new MeasuredEsdbServer();
  const store = join(server);
  await take(store, 'a', { claims: [sealedCard, 'main/ana@example.org', `main/${'k'.repeat(300)}`, 'main/ok-1'] });
  const names = new Set(server.log.map(({ stream }) => stream).filter(isStreamOfClaims));
  for (const name of names) expect(name).toMatch(/^(claim-main\.(ok-1|sha256:[0-9a-f]{64})|identities-main\.\d{1,4})$/);
  expect(names.size).toBe(4);
  expect(JSON.stringify(server.log.map(({ data, metadata }) => [data, metadata]))).not.toContain('5a5a5a');
});
