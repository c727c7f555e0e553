import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../../kernel/json';
import { accountStream, appendNext, appendRequest, MAIN } from '../../../testing/append-request';
import { openSimulatedStore } from '../../../testing/temporary-store';
import { recordedAppend } from '../../decisions/recorded-append';
import { LogReader } from '../embedded/log-reader';
import { FIRST_PREVIOUS_HASH, recordHash } from '../embedded/record-format';
import { LoggedAppend } from '../embedded/recorded';
import { SimulatedLogFiles } from '../embedded/simulated-log-files';
import { APPEND_LIMITS, type NewEvent, type RecordedAppend } from '../event-store';
import { fromStored, hasWholeChainLink, toStored, type NewStoredEvent, type StoredEvent } from './stored-form';

const SERVER_LIMIT_BYTES = 1024 * 1024;

/** As a server gives back what it was given: through JSON, in places of its own. */
function stored(append: RecordedAppend, events: readonly NewStoredEvent[], firstPosition: number): StoredEvent[] {
  return events.map(({ id, type, data, metadata }, index) => ({
    stream: append.stream,
    revision: append.firstRevision + index,
    position: firstPosition + index * 100,
    id,
    type,
    data: JSON.parse(JSON.stringify(data)),
    metadata: JSON.parse(JSON.stringify(metadata)),
  }));
}

const json: fc.Arbitrary<JsonValue> = fc.jsonValue();
const object: fc.Arbitrary<JsonObject> = fc.dictionary(fc.string({ unit: 'grapheme' }), json);
const time = fc.nat({ max: 2 ** 45 });
const text = fc.string({ unit: 'grapheme' });
const appends: fc.Arbitrary<RecordedAppend> = fc
  .record({
    firstRevision: fc.nat(),
    commandKey: text,
    fingerprint: fc.option(text),
    recordedAt: time,
    occurredAt: time,
    effectiveAt: time,
    actor: fc.record({ key: text, role: text, till: text }, { requiredKeys: ['key', 'role'] }),
    correlationId: text,
    causationId: fc.option(text),
    events: fc.array(fc.record({ type: fc.string({ minLength: 1 }), version: fc.nat(9), data: object }), {
      minLength: 1,
      maxLength: 5,
    }),
    claims: fc.array(
      fc.oneof(
        fc.record({ action: fc.constantFrom('take', 'release'), key: text }),
        fc.record({ action: fc.constantFrom('take', 'release'), sealed: text }),
      ),
    ),
    outcome: fc.option(object),
  })
  .map((content) => ({ ...content, stream: accountStream('a'), tenant: MAIN, position: 700 }));

describe('the stored form', () => {
  it('gives back every append as it was, its link of the chain included', () => {
    fc.assert(
      fc.property(appends, fc.uint8Array({ minLength: 32, maxLength: 32 }), (append, previous) => {
        const previousHash = Buffer.from(previous);
        const { events, hash } = toStored(append, previousHash);
        const read = fromStored(stored(append, events, 700));
        if (read.kind !== 'append') throw new Error(read.reason);
        const { events: recorded, ...content } = read.append;
        const { events: given, ...expected } = JSON.parse(JSON.stringify(append)) as RecordedAppend;
        expect(content).toEqual({ ...expected, position: 700 + (given.length - 1) * 100 });
        expect(recorded.map(({ type, version, data }): NewEvent => ({ type, version, data }))).toEqual(given);
        expect(read.events.map(({ position, revision, index }) => [position, revision, index])).toEqual(
          given.map((_, index) => [700 + index * 100, append.firstRevision + index, index]),
        );
        expect(read).toMatchObject({ hash, previousHash });
        expect(hasWholeChainLink(read)).toBe(true);
      }),
    );
  });

  it('makes the chain that the embedded engine made of the same appends', async () => {
    const files = new SimulatedLogFiles();
    const { store, dispose } = await openSimulatedStore(files);
    const sealed = 'c2VhbGVk';
    await appendNext(store, accountStream('a'), { events: ['One', 'Two'], claims: ['main/receipt/1'] });
    await appendNext(store, accountStream('a'), { claims: [{ action: 'take', key: 'main/card/0', sealed }] });
    await appendNext(store, accountStream('b'), { outcome: { text: 'Ăn kem 🍦', balances: [-0.5] } });
    await appendNext(store, accountStream('a'), { claims: [{ action: 'release', key: 'main/receipt/1' }] });
    await dispose();
    const reader = new LogReader(files);
    let seen = 0;
    for await (const batch of reader.batches()) {
      for (const { record } of batch) {
        expect(toStored(new LoggedAppend(record), record.previousHash).hash).toEqual(recordHash(record));
        seen++;
      }
    }
    await reader.close();
    expect(seen).toBe(4);
  });

  it('lies as it always did', () => {
    const request = appendRequest(accountStream('a'), -1, {
      commandKey: 'manila-1~2~000123',
      events: ['PurchaseRecorded', 'PointsEarned'],
      claims: ['main/receipt/manila-1~2~000123', { action: 'release', key: 'main/card/0', sealed: 'c2VhbGVk' }],
      correlationId: 'request-1',
      causationId: 'event-1',
      outcome: { balances: [] },
    });
    const append = recordedAppend(request, { kind: 'appended', firstRevision: 0, lastRevision: 1, position: 1 });
    const golden = JSON.parse(readFileSync('test/golden/esdb/stored-append-1.json', 'utf8')) as unknown;
    expect(toStored(append, FIRST_PREVIOUS_HASH).events).toEqual(golden);
  });

  it('tells what is not of this form, or not whole, and never fails on it', () => {
    fc.assert(
      fc.property(appends, json, fc.nat(), fc.nat(), (append, value, eventAt, memberAt) => {
        const whole = stored(append, toStored(append, FIRST_PREVIOUS_HASH).events, 700);
        expect(fromStored(whole.slice(1)).kind).toBe('foreign');
        expect(fromStored([...whole, ...whole]).kind).toBe('foreign');
        const changed = whole[eventAt % whole.length] as StoredEvent;
        const metadata = changed.metadata as Record<string, unknown>;
        const told = changed === whole[0] ? Object.keys(metadata) : ['suki', 'version', 'index'];
        const member = told[memberAt % told.length] as string;
        const variants: StoredEvent[] = [
          { ...changed, metadata: value },
          { ...changed, data: value },
          { ...changed, type: `${changed.type}2` },
          { ...changed, metadata: { ...metadata, [member]: value } },
          { ...changed, id: '00000000-0000-0000-0000-000000000000' },
          { ...changed, stream: '$stats-0.0.0.0:2113' },
          { ...changed, revision: changed.revision + 1 },
          { ...changed, metadata: Buffer.from([1]), data: Buffer.from([1]) },
        ];
        for (const variant of variants) {
          if (isDeepStrictEqual(variant, changed)) continue;
          const read = fromStored(whole.map((event) => (event === changed ? variant : event)));
          expect(read.kind === 'append' && hasWholeChainLink(read)).toBe(false);
        }
      }),
    );
  });

  it('fits what is just small enough for us into what the server takes in one call', () => {
    const sizes = ({ type, data, metadata }: NewStoredEvent): number =>
      2 * type.length + Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata));
    const bytesOf = (count: number, padding: string): number => {
      const event = { type: 'RedemptionReserved', version: 1, data: { text: padding } };
      const request = appendRequest(accountStream('a'), -1, {
        events: Array.from({ length: count }, () => event),
        claims: Array.from({ length: APPEND_LIMITS.claims }, (_, index) => `main/receipt/manila-1~2~${index}`),
      });
      const append = recordedAppend(request, { kind: 'appended', firstRevision: 0, lastRevision: 0, position: 0 });
      return toStored(append, FIRST_PREVIOUS_HASH).events.reduce((sum, each) => sum + sizes(each), 0);
    };
    expect(bytesOf(1, 'x'.repeat(APPEND_LIMITS.bytes - 1_000))).toBeLessThan(SERVER_LIMIT_BYTES);
    const perEvent = Math.floor(APPEND_LIMITS.bytes / APPEND_LIMITS.events) - 75;
    expect(bytesOf(APPEND_LIMITS.events, 'x'.repeat(perEvent))).toBeLessThan(SERVER_LIMIT_BYTES);
  });
});
