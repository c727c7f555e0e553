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

export const FIRST_PREVIOUS_HASH: Buffer = Buffer.alloc(32);
export const SEGMENT_HEADER_BYTES = 32;
export const LOG_START: LogPlace = { segment: 0, offset: SEGMENT_HEADER_BYTES, position: 0 };

export function placeAfter(record: Pick<LogRecord, 'position' | 'eventCount'>, location: RecordLocation): LogPlace {
  return {
    segment: location.segment,
    offset: location.offset + location.length,
    position: record.position + record.eventCount,
  };
}

/**
 * SHA-256(previous hash ‖ RFC 8785 of {claims, firstRevision, format, recordedAt, stream} ‖ body): the link of a stream's
 * chain. Position, commit and CRC are not in it, so a chain stays valid when the log is copied to another store.
 */
export function recordHash(
  record: Pick<LogRecord, 'previousHash' | 'claims' | 'firstRevision' | 'recordedAt' | 'stream' | 'body'>,
): Buffer {
  throw new Error(`not yet ${record.stream}`);
}
