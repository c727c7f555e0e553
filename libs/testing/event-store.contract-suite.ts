import type { EventStore, RecordedEvent } from '../platform/event-store/event-store';
import { APPEND_LIMITS, NO_STREAM, SLOT_CLOSED } from '../platform/event-store/event-store';
import { AppendTooLargeFault, StoreUnavailableFault } from '../platform/event-store/faults';
import { accountStream, appendNext, appendRequest, gather, positionOf, race } from './append-request';
import { readingContract, type StoreUnderTest } from './event-store.reading-contract';

/** What every event store must do, whatever it is made of. Positions may have gaps: being gapless is the embedded engine's own. */
export function eventStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`event store contract: ${name}`, () => {
    // Each opens a store of its own before every test.
    describe('writing', () => writingContract(open));
    describe('reading', () => readingContract(open));
  });
}

function writingContract(open: () => Promise<StoreUnderTest>): void {
  let underTest: StoreUnderTest;
  let store: EventStore;

  beforeEach(async () => {
    underTest = await open();
    store = underTest.store;
  });
  afterEach(async () => {
    await underTest.dispose();
  });

  describe('appending', () => {
    it('appends at the expected revision and says where', async () => {
      const stream = accountStream('a');
      const first = await store.append(appendRequest(stream, NO_STREAM, { events: ['One', 'Two'] }));
      expect(await store.endPosition()).toBe(positionOf(first));
      const second = await store.append(appendRequest(stream, 1, { events: ['Three'] }));
      expect(first).toMatchObject({ kind: 'appended', firstRevision: 0, lastRevision: 1 });
      expect(second).toMatchObject({ kind: 'appended', firstRevision: 2, lastRevision: 2 });
      expect(positionOf(second)).toBeGreaterThan(positionOf(first));
      expect(await store.headRevision(stream)).toBe(2);
      expect(await store.endPosition()).toBe(positionOf(second));
    });

    it('answers a conflict with the revision that is there', async () => {
      const stream = accountStream('a');
      await appendNext(store, stream);
      expect(await store.append(appendRequest(stream, NO_STREAM))).toEqual({ kind: 'conflict', actualRevision: 0 });
      expect(await store.append(appendRequest(stream, 7))).toEqual({ kind: 'conflict', actualRevision: 0 });
      expect(await store.append(appendRequest(accountStream('b'), 3))).toEqual({
        kind: 'conflict',
        actualRevision: -1,
      });
    });

    it('answers the same request again with the first result and stores nothing', async () => {
      const stream = accountStream('a');
      const request = appendRequest(stream, NO_STREAM, { events: ['One', 'Two'], claims: ['main/receipt/1'] });
      const first = await store.append(request);
      expect(await store.append(request)).toEqual(first);
      await appendNext(store, stream);
      expect(await store.append(request)).toEqual(first);
      expect(await store.headRevision(stream)).toBe(2);
      const again = await (store = await underTest.reopen()).append(request);
      expect(again).toEqual(first);
    });

    it('answers the same request sent many times at once with one result', async () => {
      const request = appendRequest(accountStream('a'), NO_STREAM, { claims: ['main/receipt/1'] });
      const results = await Promise.all(Array.from({ length: 10 }, () => store.append(request)));
      expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
      expect(await store.headRevision(request.stream)).toBe(0);
    });

    it('takes appends to one stream that do not wait for the one before, in the order they are sent', async () => {
      const stream = accountStream('a');
      await appendNext(store, stream);
      store = await underTest.reopen();
      const sent = Array.from({ length: 50 }, (_, index) => store.append(appendRequest(stream, index)));
      const results = await Promise.all(sent);
      expect(results.map((result) => result.kind === 'appended' && result.firstRevision)).toEqual(
        results.map((_, index) => index + 1),
      );
    });

    it('lets exactly one of many writers at the same revision through', async () => {
      const stream = accountStream('a');
      const results = await Promise.all(
        Array.from({ length: 50 }, () => store.append(appendRequest(stream, NO_STREAM))),
      );
      expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'conflict')).toHaveLength(49);
    });

    it('builds an append only on the append it names, in flight, durable and after opening again', async () => {
      const stream = accountStream('a');
      const other = { expectedCommandKey: 'lost', commandKey: 'second' };
      const first = store.append(appendRequest(stream, NO_STREAM, { commandKey: 'first' }));
      const conflict = { kind: 'conflict', actualRevision: 0 };
      expect(await store.append(appendRequest(stream, 0, other))).toEqual(conflict);
      await first;
      expect(await store.append(appendRequest(stream, 0, other))).toEqual(conflict);
      store = await underTest.reopen();
      expect(await store.append(appendRequest(stream, 0, other))).toEqual(conflict);
      const built = await store.append(appendRequest(stream, 0, { ...other, expectedCommandKey: 'first' }));
      expect(built).toMatchObject({ kind: 'appended', firstRevision: 1 });
    });

    it('gives a stream revisions without gaps, and all events increasing positions, while 20 writers race', async () => {
      await race(store, 20, 15);
      const all = await gather(store.readAll());
      expect(all).toHaveLength(20 * 15 * 2);
      expect(increasing(all.map(({ position }) => position))).toBe(true);
      for (const [, events] of groupByStream(all)) {
        expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
      }
    });

    it('keeps what it was given', async () => {
      const data = { text: 'Ăn kem 🍦 "quoted"\\', list: [1, -0.5, null, true], nested: { z: {}, a: [] } };
      const request = appendRequest(accountStream('a'), NO_STREAM, {
        events: [{ type: 'PurchaseRecorded', version: 3, data }],
        actor: { key: 'key_1', role: 'till', till: '2', outlet: 'manila-1' },
        fingerprint: 'ab'.repeat(32),
        outcome: { balances: [1] },
        causationId: 'event-1',
        claims: [
          { action: 'take', key: 'main/receipt/1' },
          { action: 'take', key: 'main/card/hmac', sealed: Buffer.from('main/card/hmac').toString('base64url') },
        ],
      });
      await store.append(request);
      const append = await store.readAppend(request.stream, 0);
      expect(append).toMatchObject({
        stream: request.stream,
        tenant: 'main',
        firstRevision: 0,
        commandKey: request.commandKey,
        fingerprint: request.fingerprint,
        recordedAt: request.recordedAt,
        occurredAt: request.occurredAt,
        effectiveAt: request.effectiveAt,
        actor: request.actor,
        correlationId: request.correlationId,
        causationId: 'event-1',
        outcome: request.outcome,
        claims: [
          { action: 'take', key: 'main/receipt/1' },
          { action: 'take', sealed: Buffer.from('main/card/hmac').toString('base64url') },
        ],
      });
      const [event] = await gather(store.readStream(request.stream));
      expect(event).toMatchObject({ type: 'PurchaseRecorded', version: 3, data, index: 0, revision: 0 });
      expect(event?.append.commandKey).toBe(request.commandKey);
    });

    it('refuses what is too large, and stores nothing of it', async () => {
      const stream = accountStream('a');
      const text = 'x'.repeat(APPEND_LIMITS.bytes);
      const tooManyBytes = appendRequest(stream, NO_STREAM, {
        events: [{ type: 'Big', version: 1, data: { text } }],
      });
      await expect(store.append(tooManyBytes)).rejects.toThrow(AppendTooLargeFault);
      const events = Array.from({ length: APPEND_LIMITS.events + 1 }, () => 'Small');
      await expect(store.append(appendRequest(stream, NO_STREAM, { events }))).rejects.toThrow(AppendTooLargeFault);
      const claims = Array.from({ length: APPEND_LIMITS.claims + 1 }, (_, index) => `main/receipt/${index}`);
      await expect(store.append(appendRequest(stream, NO_STREAM, { claims }))).rejects.toThrow(AppendTooLargeFault);
      expect(await store.headRevision(stream)).toBe(-1);
    });

    it('takes what is just small enough', async () => {
      const stream = accountStream('a');
      const data = { text: 'x'.repeat(APPEND_LIMITS.bytes - 1_000) };
      await store.append(appendRequest(stream, NO_STREAM, { events: [{ type: 'Big', version: 1, data }] }));
      const events = Array.from({ length: APPEND_LIMITS.events }, () => 'Small');
      const claims = Array.from({ length: APPEND_LIMITS.claims }, (_, index) => `main/receipt/${index}`);
      await store.append(appendRequest(stream, 0, { events, claims }));
      const read = await gather(store.readStream(stream));
      expect(read).toHaveLength(1 + APPEND_LIMITS.events);
      expect(read[0]?.data).toEqual(data);
    });

    it('takes no append once it is closing, and finishes what it accepted', async () => {
      const accepted = store.append(appendRequest(accountStream('a'), NO_STREAM));
      const closing = store.close();
      await expect(store.append(appendRequest(accountStream('b'), NO_STREAM))).rejects.toThrow(StoreUnavailableFault);
      await closing;
      expect(await accepted).toMatchObject({ kind: 'appended' });
      store = await underTest.reopen();
      expect(await store.headRevision(accountStream('a'))).toBe(0);
    });
  });

  describe('claims', () => {
    const key = 'main/receipt/manila-1~2~000123';

    it('are free, then held by the append that took them, also after opening again', async () => {
      expect(await store.claimHolder(key)).toBeUndefined();
      const request = appendRequest(accountStream('a'), NO_STREAM, { claims: [key], fingerprint: 'f1' });
      await store.append(request);
      const holder = { stream: request.stream, firstRevision: 0, commandKey: request.commandKey, fingerprint: 'f1' };
      expect(await store.claimHolder(key)).toEqual(holder);
      store = await underTest.reopen();
      expect(await store.claimHolder(key)).toEqual(holder);
      const other = appendRequest(accountStream('b'), NO_STREAM, { claims: [key] });
      expect(await store.append(other)).toEqual({ kind: 'claimTaken', key, holder });
      expect(await store.headRevision(other.stream)).toBe(-1);
    });

    it('are taken for the same command too, when it comes at another revision', async () => {
      const request = appendRequest(accountStream('a'), NO_STREAM, { claims: [key] });
      await store.append(request);
      const result = await store.append({ ...request, expectedRevision: 0 });
      expect(result).toMatchObject({ kind: 'claimTaken', key, holder: { commandKey: request.commandKey } });
      expect(await store.headRevision(request.stream)).toBe(0);
    });

    it('come before the revision: who is late and holds nothing hears of the claim', async () => {
      await appendNext(store, accountStream('a'), { claims: [key] });
      const late = appendRequest(accountStream('a'), NO_STREAM, { claims: [key] });
      expect(await store.append(late)).toMatchObject({ kind: 'claimTaken', key });
    });

    it('can be released and taken again', async () => {
      const stream = accountStream('a');
      await appendNext(store, stream, { claims: [key] });
      await appendNext(store, stream, { claims: [{ action: 'release', key }] });
      expect(await store.claimHolder(key)).toBeUndefined();
      const next = appendRequest(accountStream('b'), NO_STREAM, { claims: [key] });
      expect(await store.append(next)).toMatchObject({ kind: 'appended' });
      store = await underTest.reopen();
      expect(await store.claimHolder(key)).toMatchObject({ stream: accountStream('b') });
    });

    it('are found by their key where the log holds only sealed text', async () => {
      const key = `main/card/${'5a'.repeat(32)}`;
      const sealed = Buffer.from(key).toString('base64url');
      const request = appendRequest(accountStream('a'), NO_STREAM, { claims: [{ action: 'take', key, sealed }] });
      await store.append(request);
      store = await underTest.reopen();
      expect(await store.claimHolder(key)).toMatchObject({ stream: request.stream });
      await appendNext(store, request.stream, { claims: [{ action: 'release', key, sealed }] });
      store = await underTest.reopen();
      expect(await store.claimHolder(key)).toBeUndefined();
    });

    it('are won by exactly one of 50 writers', async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          store.append(appendRequest(accountStream(index), NO_STREAM, { claims: [`main/other/${index}`, key] })),
        ),
      );
      const winners = results.flatMap((result, index) => (result.kind === 'appended' ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.kind === 'appended') continue;
        expect(result).toMatchObject({
          kind: 'claimTaken',
          key,
          holder: { stream: accountStream(winners[0] ?? -1) },
        });
      }
      const recorded = await gather(store.readAll());
      expect(recorded.filter(({ type }) => type !== SLOT_CLOSED)).toHaveLength(1);
    });
  });
}

const increasing = (numbers: readonly number[]): boolean =>
  numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? value));

function groupByStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const groups = new Map<string, RecordedEvent[]>();
  for (const event of events) groups.set(event.append.stream, [...(groups.get(event.append.stream) ?? []), event]);
  return groups;
}
