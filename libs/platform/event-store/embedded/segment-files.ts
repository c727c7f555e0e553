import type { LogFile, LogFiles } from './log-files';
import {
  decodeRecord,
  LocatedLogDamage,
  type LogPlace,
  type LogRecord,
  type RecordLocation,
  segmentName,
  segmentOfName,
} from './record-format';

/** More than any reader needs at once, and far below what a process may hold open. */
const MAX_OPEN_FILES = 64;

/** The segments of a log, for reading: keeps the files it read last open. */
export class SegmentFiles {
  private readonly open = new Map<number, Promise<LogFile>>();

  constructor(private readonly files: LogFiles) {}

  /** First positions of all segments, ascending. */
  async list(): Promise<number[]> {
    const segments = (await this.files.list()).map(segmentOfName).filter((segment) => segment !== undefined);
    return segments.sort((a, b) => a - b);
  }

  private file(segment: number): Promise<LogFile> {
    const known = this.open.get(segment);
    if (known !== undefined) {
      this.open.delete(segment);
      this.open.set(segment, known);
      return known;
    }
    const opening = this.files.open(segmentName(segment), { create: false });
    this.open.set(segment, opening);
    opening.catch(() => this.open.delete(segment));
    for (const [oldest, file] of this.open) {
      if (this.open.size <= MAX_OPEN_FILES) break;
      this.open.delete(oldest);
      void file.then((stale) => stale.close());
    }
    return opening;
  }

  /** Throws `LocatedLogDamage`; its position is unknown to a location, so that of the segment stands for it. */
  async readRecord(location: RecordLocation): Promise<LogRecord> {
    const { segment, offset, length } = location;
    const place: LogPlace = { segment, offset, position: segment };
    const bytes = Buffer.allocUnsafe(length);
    const read = await this.read(bytes, place);
    return decodeRecord(bytes.subarray(0, read), 0, place);
  }

  /** Fills `bytes` from `place`, or as far as the segment goes; answers how many. */
  async read(bytes: Buffer, place: LogPlace): Promise<number> {
    try {
      const file = await this.file(place.segment);
      let filled = 0;
      while (filled < bytes.length) {
        const read = await file.readAt(filled === 0 ? bytes : bytes.subarray(filled), place.offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return filled;
    } catch (cause) {
      throw new LocatedLogDamage(place, 'the segment cannot be read', { cause });
    }
  }

  async size(segment: number): Promise<number> {
    try {
      return await (await this.file(segment)).size();
    } catch (cause) {
      throw new LocatedLogDamage({ segment, offset: 0, position: segment }, 'the segment cannot be read', { cause });
    }
  }

  async close(): Promise<void> {
    const files = await Promise.allSettled(this.open.values());
    this.open.clear();
    for (const file of files) if (file.status === 'fulfilled') await file.value.close();
  }
}
