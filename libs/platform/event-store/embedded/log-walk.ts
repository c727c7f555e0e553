/**
 * One pass over the records of a log, shared by recovery, readers and verification, and the rule by which damage is told
 * from the torn end of a commit that was never acknowledged.
 */
import {
  ALIGNMENT,
  claimedLengthAt,
  commitAt,
  eventCountAt,
  hasRecordMagic,
  nextRecordMagic,
  isSegmentHeader,
  LocatedLogDamage,
  type LogPlace,
  MAX_RECORD_BYTES,
  positionAt,
  recordLengthAt,
  resemblesRecordAt,
  SEGMENT_HEADER_BYTES,
} from './record-format';
import type { SegmentFiles } from './segment-files';

const CHUNK_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** Whole consecutive records of one segment: `offsets` into `bytes`, which begins at byte `base` of the segment. */
export interface RecordChunk {
  readonly segment: number;
  readonly bytes: Buffer;
  readonly base: number;
  readonly offsets: readonly number[];
}

/** Goes from record to record; `place` is where the next one is looked for. CRC and gapless positions are checked. */
export class LogWalk {
  private commit: { readonly number: number; readonly start: LogPlace } | undefined;
  private measured = { segment: -1, size: 0 };

  constructor(
    private readonly segments: SegmentFiles,
    private current: LogPlace,
  ) {}

  get place(): LogPlace {
    return this.current;
  }

  /** Where the records of the newest commit begin, as far as this walk has seen them; undefined before the first record. */
  get lastCommitStart(): LogPlace | undefined {
    return this.commit?.start;
  }

  /**
   * The next whole records, about 1 MiB; undefined where none follows in the last segment. Throws `LocatedLogDamage` where
   * what follows cannot come from a torn write: a broken place with a segment behind it, or a record out of line.
   */
  async next(): Promise<RecordChunk | undefined> {
    for (;;) {
      const chunk = await this.read(CHUNK_BYTES);
      if (chunk.offsets.length > 0) return chunk;
      const following = (await this.segments.list()).find((segment) => segment > this.current.segment);
      if (following === undefined) return undefined;
      await this.enter(following);
    }
  }

  private async read(size: number): Promise<RecordChunk> {
    const { segment, offset, position } = this.current;
    const head = offset === SEGMENT_HEADER_BYTES ? SEGMENT_HEADER_BYTES : 0;
    const base = offset - head;
    const wanted = Math.min(size, await this.bytesFrom(segment, base, size));
    const buffer = Buffer.allocUnsafe(wanted);
    const bytes = buffer.subarray(0, await this.segments.read(buffer, { segment, offset: base, position }));
    const offsets: number[] = [];
    if (head > 0 && !isSegmentHeader(bytes, segment)) return { segment, bytes, base, offsets };
    for (let at = head; ;) {
      const length = recordLengthAt(bytes, at);
      if (length === 0) {
        const cutByChunk = wanted === size && claimedLengthAt(bytes, at) > bytes.length - at;
        return offsets.length === 0 && cutByChunk && size < MAX_RECORD_BYTES
          ? this.read(MAX_RECORD_BYTES + SEGMENT_HEADER_BYTES)
          : { segment, bytes, base, offsets };
      }
      this.step(bytes, at, length);
      offsets.push(at);
      at += length;
    }
  }

  /** How much of the segment lies behind `base`, as far as that matters: it is asked again only where it has less than `size`. */
  private async bytesFrom(segment: number, base: number, size: number): Promise<number> {
    if (this.measured.segment !== segment || this.measured.size - base < size) {
      this.measured = { segment, size: await this.segments.size(segment) };
    }
    return Math.max(0, this.measured.size - base);
  }

  private step(bytes: Buffer, at: number, length: number): void {
    const { segment, offset, position } = this.current;
    const found = positionAt(bytes, at);
    const commit = commitAt(bytes, at);
    if (found !== position) throw new LocatedLogDamage(this.current, `the record here is of position ${found}`);
    if (this.commit?.number !== commit) {
      if (commit !== position && this.commit !== undefined) {
        throw new LocatedLogDamage(this.current, `a record of commit ${commit} amid commit ${this.commit.number}`);
      }
      this.commit = { number: commit, start: this.current };
    }
    this.current = { segment, offset: offset + length, position: position + eventCountAt(bytes, at) };
  }

  /** A segment is begun only after all before it was synced, so what it follows must be whole. */
  private async enter(following: number): Promise<void> {
    const rest = await inspectRest(this.segments, this.current);
    if (rest.bytes > 0) throw new LocatedLogDamage(this.current, `no whole record, and segment ${following} follows`);
    if (following !== this.current.position) {
      throw new LocatedLogDamage(this.current, `the next segment begins at position ${following}`);
    }
    this.current = { segment: following, offset: SEGMENT_HEADER_BYTES, position: following };
  }
}

/** What lies behind the last whole record of a segment. */
export interface Rest {
  /** Up to the last byte that is not zero. */
  readonly bytes: number;
  /** Records, whole or damaged, as far as their beginnings can still be told. */
  readonly records: number;
}

/**
 * Looks at everything behind `place`, where no whole record was found. Throws `LocatedLogDamage` when a valid record of a later
 * commit is among it: that commit was written only after the one at `place` was synced, so this is no torn write.
 */
export async function inspectRest(segments: SegmentFiles, place: LogPlace): Promise<Rest> {
  const size = await segments.size(place.segment);
  const start = place.offset === SEGMENT_HEADER_BYTES && !(await hasSegmentHeader(segments, place)) ? 0 : place.offset;
  let end = start;
  let records = 0;
  for (let base = start; base < size;) {
    const own = Math.min(CHUNK_BYTES, size - base);
    const chunk = await readFrom(segments, place, base, own);
    if (chunk.compare(ZEROS, 0, chunk.length) === 0) {
      base += own;
      continue;
    }
    const bytes = await readFrom(segments, place, base, Math.min(own + MAX_RECORD_BYTES, size - base));
    if (base === place.offset && resemblesRecordAt(bytes, 0) && !hasRecordMagic(bytes, 0)) records++;
    let after = own;
    for (let at = nextRecordMagic(bytes, 0); at < own;) {
      const length = recordLengthAt(bytes, at);
      if (length > 0 && commitAt(bytes, at) > place.position) {
        throw new LocatedLogDamage(
          place,
          `no whole record, and one of the later commit ${commitAt(bytes, at)} follows`,
        );
      }
      records++;
      after = Math.max(own, at + length);
      at = nextRecordMagic(bytes, at + Math.max(length, ALIGNMENT));
    }
    end = base + lengthWithoutZeros(bytes.subarray(0, after));
    base += after;
  }
  return { bytes: end - start, records };
}

async function hasSegmentHeader(segments: SegmentFiles, place: LogPlace): Promise<boolean> {
  return isSegmentHeader(await readFrom(segments, place, 0, SEGMENT_HEADER_BYTES), place.segment);
}

async function readFrom(segments: SegmentFiles, place: LogPlace, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, await segments.read(buffer, { ...place, offset }));
}

function lengthWithoutZeros(bytes: Buffer): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return length;
}
