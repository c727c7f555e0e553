/**
 * Bytes of the log, for ever: `test/golden/log` holds them to this. Numbers are little-endian; all starts on 8 bytes.
 *
 * Segment: 32 bytes `SUKI-LOG`, CRC u32, format u32, first position u64, 8 zero bytes; then records, then zeros.
 * Record: 96 bytes `SREC`, CRC u32, length u32 (all of it), format u16, claims u16, position u64, commit u64, recordedAt
 * u64, first revision u64, events u32, body length u32, stream length u32, claims length u32, previous hash (32); then
 * stream, claims, zeros up to the alignment, body. A claim is flags u8 (1 release, 2 sealed), length u32, UTF-8.
 * A CRC is CRC-32C over everything behind its own field. Canonical JSON holds no NUL, so no body looks like a record.
 */
import { crc32c } from '@node-rs/crc32';
import { hash } from 'node:crypto';
import { LogDamageFault } from '../faults';

export const FORMAT = 1;

/** One append as it is stored. `body` holds the events and the envelope as canonical JSON; the log never looks inside. */
export interface LogRecord {
  /** Position of its first event; the next record has `position + eventCount`. */
  readonly position: number;
  /** Position of the first record of its group: what one write and one sync made durable together. */
  readonly commit: number;
  readonly stream: string;
  readonly firstRevision: number;
  readonly eventCount: number;
  readonly recordedAt: number;
  /** `recordHash` of the stream's append before, `FIRST_PREVIOUS_HASH` for its first. */
  readonly previousHash: Buffer;
  readonly claims: readonly StoredLogClaim[];
  readonly body: Buffer;
}

export interface StoredLogClaim {
  readonly action: 'take' | 'release';
  /** Whether `text` stands sealed for a key that must not be readable here. */
  readonly sealed: boolean;
  readonly text: string;
}

/** Where the bytes of a record lie. */
export interface RecordLocation {
  /** First position of the segment, which is its name. */
  readonly segment: number;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** Bytes, header and padding included. */
  readonly length: number;
}

/** A boundary between records: the record of `position` starts there, or will, or is the first of the next segment. */
export interface LogPlace {
  readonly segment: number;
  readonly offset: number;
  readonly position: number;
}

/** Stored bytes are not what was written, and this is where. */
export class LocatedLogDamage extends LogDamageFault {
  constructor(
    readonly place: LogPlace,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `log damaged at position ${place.position} (${segmentName(place.segment)}, byte ${place.offset}): ${reason}`,
      options,
    );
  }
}

export const FIRST_PREVIOUS_HASH: Buffer = Buffer.alloc(32);
export const SEGMENT_HEADER_BYTES = 32;
export const LOG_START: LogPlace = { segment: 0, offset: SEGMENT_HEADER_BYTES, position: 0 };

/** Beyond any append the port allows: what claims to be longer is no record. */
export const MAX_RECORD_BYTES = 2 * 1024 * 1024;
export const ALIGNMENT = 8;

const SEGMENT_MAGIC = Buffer.from('SUKI-LOG', 'latin1');
const RECORD_MAGIC_BYTES = Buffer.from('SREC', 'latin1');
const RECORD_MAGIC = RECORD_MAGIC_BYTES.readUInt32LE(0);
const RECORD_HEADER_BYTES = 96;
const AT = {
  crc: 4,
  length: 8,
  format: 12,
  claimCount: 14,
  position: 16,
  commit: 24,
  recordedAt: 32,
  firstRevision: 40,
  eventCount: 48,
  bodyLength: 52,
  streamLength: 56,
  claimsLength: 60,
  previousHash: 64,
} as const;
const RELEASE = 1;
const SEALED = 2;
const CLAIM_HEADER_BYTES = 5;

export const segmentName = (segment: number): string => `${String(segment).padStart(20, '0')}.seg`;

/** The first position a segment's file name states; undefined for names of other files. */
export function segmentOfName(name: string): number | undefined {
  return /^\d{20}\.seg$/.test(name) ? Number(name.slice(0, 20)) : undefined;
}

export function placeAfter(record: Pick<LogRecord, 'position' | 'eventCount'>, location: RecordLocation): LogPlace {
  return {
    segment: location.segment,
    offset: location.offset + location.length,
    position: record.position + record.eventCount,
  };
}

type ChainedParts = Pick<LogRecord, 'previousHash' | 'claims' | 'firstRevision' | 'recordedAt' | 'stream' | 'body'>;

/**
 * SHA-256(previous hash ‖ RFC 8785 of {claims, firstRevision, format, recordedAt, stream} ‖ body): the link of a stream's
 * chain. Position, commit and CRC are not in it, so a chain stays valid when the log is copied to another store.
 */
export function recordHash(record: ChainedParts): Buffer {
  const { previousHash, body } = record;
  const head = canonicalHead(record);
  const bytes = scratchOf(previousHash.length + Buffer.byteLength(head) + body.length);
  bytes.set(previousHash);
  const bodyAt = previousHash.length + bytes.write(head, previousHash.length);
  bytes.set(body, bodyAt);
  return hash('sha256', bytes, 'buffer');
}

/** Keys in the order of RFC 8785, which writes strings and integers as JavaScript does. */
function canonicalHead({ claims, firstRevision, recordedAt, stream }: ChainedParts): string {
  const list = claims.map(
    ({ action, sealed, text }) => `{"action":"${action}","sealed":${sealed},"text":${JSON.stringify(text)}}`,
  );
  const streamText = JSON.stringify(stream);
  return `{"claims":[${list.join(',')}],"firstRevision":${firstRevision},"format":${FORMAT},"recordedAt":${recordedAt},"stream":${streamText}}`;
}

/** Hashed in one call over bytes copied together, which is faster than in parts. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

function scratchOf(length: number): Buffer {
  if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(length * 2);
  return scratch.subarray(0, length);
}

export type NewRecord = Omit<LogRecord, 'position' | 'commit'>;

/** Bytes a record takes in the log: a multiple of 8. */
export function recordLength({ stream, claims, body }: NewRecord): number {
  const unpadded = RECORD_HEADER_BYTES + Buffer.byteLength(stream) + claimsLength(claims) + body.length;
  return Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
}

function claimsLength(claims: readonly StoredLogClaim[]): number {
  let length = 0;
  for (const claim of claims) length += CLAIM_HEADER_BYTES + Buffer.byteLength(claim.text);
  return length;
}

/** Writes a record to `bytes` at `offset`; answers its length, `recordLength`. */
export function encodeRecord(
  record: NewRecord,
  position: number,
  commit: number,
  bytes: Buffer,
  offset: number,
  length = recordLength(record),
): number {
  const { stream, claims, body } = record;
  const end = offset + length;
  bytes.writeUInt32LE(RECORD_MAGIC, offset);
  bytes.writeUInt32LE(length, offset + AT.length);
  bytes.writeUInt16LE(FORMAT, offset + AT.format);
  bytes.writeUInt16LE(claims.length, offset + AT.claimCount);
  writeInteger(bytes, position, offset + AT.position);
  writeInteger(bytes, commit, offset + AT.commit);
  writeInteger(bytes, record.recordedAt, offset + AT.recordedAt);
  writeInteger(bytes, record.firstRevision, offset + AT.firstRevision);
  bytes.writeUInt32LE(record.eventCount, offset + AT.eventCount);
  bytes.writeUInt32LE(body.length, offset + AT.bodyLength);
  bytes.set(record.previousHash, offset + AT.previousHash);
  const streamAt = offset + RECORD_HEADER_BYTES;
  const claimsAt = streamAt + bytes.write(stream, streamAt);
  const claimsEnd = encodeClaims(claims, bytes, claimsAt);
  bytes.writeUInt32LE(claimsAt - streamAt, offset + AT.streamLength);
  bytes.writeUInt32LE(claimsEnd - claimsAt, offset + AT.claimsLength);
  bytes.fill(0, claimsEnd, end - body.length);
  bytes.set(body, end - body.length);
  bytes.writeUInt32LE(crc32c(bytes.subarray(offset + AT.length, end)), offset + AT.crc);
  return length;
}

function encodeClaims(claims: readonly StoredLogClaim[], bytes: Buffer, offset: number): number {
  let at = offset;
  for (const { action, sealed, text } of claims) {
    bytes[at] = (action === 'release' ? RELEASE : 0) | (sealed ? SEALED : 0);
    const textLength = bytes.write(text, at + CLAIM_HEADER_BYTES);
    bytes.writeUInt32LE(textLength, at + 1);
    at += CLAIM_HEADER_BYTES + textLength;
  }
  return at;
}

/** Length of the whole, undamaged record at `offset`, or 0 where there is none. */
export function recordLengthAt(bytes: Buffer, offset: number): number {
  const length = claimedLengthAt(bytes, offset);
  if (length === 0 || offset + length > bytes.length) return 0;
  const crc = crc32c(bytes.subarray(offset + AT.length, offset + length));
  return crc === bytes.readUInt32LE(offset + AT.crc) ? length : 0;
}

/** The length a record at `offset` claims to have, or 0 where its first bytes are not those of a record. */
export function claimedLengthAt(bytes: Buffer, offset: number): number {
  return hasRecordMagic(bytes, offset) && hasHeader(bytes, offset) ? plausibleLengthAt(bytes, offset) : 0;
}

export function hasRecordMagic(bytes: Buffer, offset: number): boolean {
  return offset + 4 <= bytes.length && bytes.readUInt32LE(offset) === RECORD_MAGIC;
}

/** Where, at a multiple of 8 bytes from `offset` on, a record may begin; `Infinity` where none does. */
export function nextRecordMagic(bytes: Buffer, offset: number): number {
  for (let at = offset; ; at++) {
    at = bytes.indexOf(RECORD_MAGIC_BYTES, at);
    if (at < 0) return Infinity;
    if (at % ALIGNMENT === 0) return at;
  }
}

/** Whether what begins here was once a record: at most one of the fields that tell is damaged. */
export function resemblesRecordAt(bytes: Buffer, offset: number): boolean {
  if (hasRecordMagic(bytes, offset)) return true;
  if (!hasHeader(bytes, offset)) return false;
  return bytes.readUInt16LE(offset + AT.format) === FORMAT && plausibleLengthAt(bytes, offset) !== 0;
}

const hasHeader = (bytes: Buffer, offset: number): boolean => offset + RECORD_HEADER_BYTES <= bytes.length;

function plausibleLengthAt(bytes: Buffer, offset: number): number {
  const length = bytes.readUInt32LE(offset + AT.length);
  return length >= RECORD_HEADER_BYTES && length <= MAX_RECORD_BYTES && length % ALIGNMENT === 0 ? length : 0;
}

/** The three numbers by which records stand in line, of the record that `recordLengthAt` has found whole. */
export const positionAt = (bytes: Buffer, offset: number): number => readInteger(bytes, offset + AT.position);
export const commitAt = (bytes: Buffer, offset: number): number => readInteger(bytes, offset + AT.commit);
export const eventCountAt = (bytes: Buffer, offset: number): number => bytes.readUInt32LE(offset + AT.eventCount);

/**
 * The record at `offset`, its body and hash as views on `bytes`. The CRC is checked on every call; throws `LocatedLogDamage`
 * at `place`, which names that offset within the log.
 */
export function decodeRecord(bytes: Buffer, offset: number, place: LogPlace): LogRecord {
  const length = recordLengthAt(bytes, offset);
  if (length === 0) throw new LocatedLogDamage(place, 'no whole record with a matching CRC');
  return decodeCheckedRecord(bytes, offset, length, place);
}

/** As `decodeRecord`, of bytes whose CRC `recordLengthAt` has just found to match `length`. */
export function decodeCheckedRecord(bytes: Buffer, offset: number, length: number, place: LogPlace): LogRecord {
  const format = bytes.readUInt16LE(offset + AT.format);
  if (format !== FORMAT) throw new LocatedLogDamage(place, `record of format ${format}, this program reads ${FORMAT}`);
  const streamEnd = offset + RECORD_HEADER_BYTES + bytes.readUInt32LE(offset + AT.streamLength);
  const end = offset + length;
  return {
    position: positionAt(bytes, offset),
    commit: commitAt(bytes, offset),
    stream: bytes.toString('utf8', offset + RECORD_HEADER_BYTES, streamEnd),
    firstRevision: readInteger(bytes, offset + AT.firstRevision),
    eventCount: eventCountAt(bytes, offset),
    recordedAt: readInteger(bytes, offset + AT.recordedAt),
    previousHash: bytes.subarray(offset + AT.previousHash, offset + RECORD_HEADER_BYTES),
    claims: decodeClaims(bytes, streamEnd, bytes.readUInt16LE(offset + AT.claimCount)),
    body: bytes.subarray(end - bytes.readUInt32LE(offset + AT.bodyLength), end),
  };
}

export function encodeSegmentHeader(segment: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.set(SEGMENT_MAGIC, 0);
  header.writeUInt32LE(FORMAT, 12);
  writeInteger(header, segment, 16);
  header.writeUInt32LE(crc32c(header.subarray(12)), 8);
  return header;
}

export function isSegmentHeader(bytes: Buffer, segment: number): boolean {
  return (
    bytes.length >= SEGMENT_HEADER_BYTES && encodeSegmentHeader(segment).compare(bytes, 0, SEGMENT_HEADER_BYTES) === 0
  );
}

function decodeClaims(bytes: Buffer, offset: number, count: number): StoredLogClaim[] {
  const claims: StoredLogClaim[] = [];
  for (let at = offset; claims.length < count;) {
    const flags = bytes.readUInt8(at);
    const textAt = at + CLAIM_HEADER_BYTES;
    const textEnd = textAt + bytes.readUInt32LE(at + 1);
    claims.push({
      action: (flags & RELEASE) === 0 ? 'take' : 'release',
      sealed: (flags & SEALED) !== 0,
      text: bytes.toString('utf8', textAt, textEnd),
    });
    at = textEnd;
  }
  return claims;
}

const HIGH = 2 ** 32;

function writeInteger(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32LE(value % HIGH, offset);
  bytes.writeUInt32LE(Math.floor(value / HIGH), offset + 4);
}

function readInteger(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset + 4) * HIGH + bytes.readUInt32LE(offset);
}
