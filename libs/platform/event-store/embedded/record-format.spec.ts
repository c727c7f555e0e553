import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogReader } from './log-reader';
import {
  decodeRecord,
  encodeRecord,
  encodeSegmentHeader,
  LocatedLogDamage,
  LOG_START,
  type LogRecord,
  recordHash,
  type RecordLocation,
  recordLength,
  segmentName,
  segmentOfName,
} from './record-format';
import { SimulatedLogFiles } from './simulated-log-files';

function encode(record: LogRecord): Buffer {
  const bytes = Buffer.alloc(recordLength(record), 0xff);
  expect(encodeRecord(record, record.position, record.commit, bytes, 0)).toBe(bytes.length);
  return bytes;
}

const integer = fc.maxSafeNat();
const records: fc.Arbitrary<LogRecord> = fc.record({
  position: integer,
  commit: integer,
  stream: fc.string({ unit: 'grapheme' }),
  firstRevision: integer,
  eventCount: fc.nat(4096),
  recordedAt: integer,
  previousHash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  claims: fc.array(
    fc.record({
      action: fc.constantFrom('take', 'release'),
      sealed: fc.boolean(),
      text: fc.string({ unit: 'grapheme' }),
    }),
    { maxLength: 64 },
  ),
  body: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
});

test('what is encoded is decoded, wherever it lies, in whole words of 8 bytes', () => {
  fc.assert(
    fc.property(records, fc.nat(100), (record, offset) => {
      const bytes = encode(record);
      expect(bytes.length % 8).toBe(0);
      expect(bytes.length).toBe(recordLength(record));
      expect(decodeRecord(Buffer.concat([Buffer.alloc(offset), bytes]), offset, LOG_START)).toEqual(record);
    }),
  );
});

test('a changed byte anywhere is never decoded, and the fault names the place', () => {
  const place = { segment: 7, offset: 320, position: 12 };
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, at, change) => {
      const bytes = encode(record);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ change;
      expect(() => decodeRecord(bytes, 0, place)).toThrow(LocatedLogDamage);
      expect(() => decodeRecord(bytes, 0, place)).toThrow(/position 12 \(00000000000000000007\.seg, byte 320\)/);
    }),
  );
});

test('the hash is SHA-256 over previous hash, RFC 8785 of the head, and body', () => {
  fc.assert(
    fc.property(records, (record) => {
      const { previousHash, claims, firstRevision, recordedAt, stream, body } = record;
      const head = canonicalize({ format: 1, stream, firstRevision, recordedAt, claims }) ?? '';
      expect(recordHash(record)).toEqual(createHash('sha256').update(previousHash).update(head).update(body).digest());
    }),
  );
});

test('a segment is named by its first position', () => {
  expect(segmentName(1234)).toBe('00000000000000001234.seg');
  expect(segmentOfName(segmentName(1234))).toBe(1234);
  expect(segmentOfName('format.json')).toBeUndefined();
});

/** A record as `suki-log-1.json` writes it down: hashes in hexadecimal, the body as text. */
interface GoldenRecord extends Omit<LogRecord, 'previousHash' | 'body'> {
  readonly previousHash: string;
  readonly body: string;
  readonly location: RecordLocation;
  readonly hash: string;
}

/** Stored logs are read for ever: these bytes were written once and may never be written anew. */
describe('the golden segment of format 1', () => {
  const golden = (name: string) => readFileSync(join(process.cwd(), 'test/golden/log', name));
  const segment = golden('suki-log-1.seg');
  const expected = JSON.parse(golden('suki-log-1.json').toString()) as readonly GoldenRecord[];

  test('decodes to the records it was written from', async () => {
    const reader = new LogReader(SimulatedLogFiles.of(new Map([[segmentName(0), segment]])));
    const found: GoldenRecord[] = [];
    for await (const batch of reader.batches()) {
      for (const { record, location } of batch) {
        const { previousHash, body } = record;
        const hash = recordHash(record).toString('hex');
        found.push({ ...record, previousHash: previousHash.toString('hex'), body: body.toString(), location, hash });
      }
    }
    expect(found).toEqual(expected);
  });

  test('the same records are encoded to the same bytes', () => {
    const encoded = expected.map((record) =>
      encode({ ...record, previousHash: Buffer.from(record.previousHash, 'hex'), body: Buffer.from(record.body) }),
    );
    expect(Buffer.concat([encodeSegmentHeader(0), ...encoded]).equals(segment)).toBe(true);
  });
});
