import { LRUCache } from 'lru-cache';
import type { Sqlite, SqlValue, Statement } from '../../sqlite/sqlite';
import { readProgress, type IndexProgress } from './index-schema';
import type { LocatedRecord } from './log-reader';
import { placeAfter, type LogPlace } from './record-format';

/** A sealed claim whose key only the holder of the person's key can tell. */
export interface SealedClaim {
  readonly stream: string;
  readonly sealed: string;
}

/** Keys of sealed claims in the same order; undefined where the person was erased. */
export type Unseal = (claims: readonly SealedClaim[]) => Unsealed | Promise<Unsealed>;
export type Unsealed = readonly (string | undefined)[];

/** A scan that looks for a position starts at most this many bytes before it. */
const PLACE_EVERY_BYTES = 256 * 1024;
const ROWS_PER_INSERT = 64;
const CACHED_STREAMS = 200_000;

/** Brings records of the log into the index: `add` in log order, then `flush` makes them and the progress one transaction. */
export class StreamIndexWriter {
  private readonly streamIds = new LRUCache<string, number>({ max: CACHED_STREAMS });
  private readonly findStream: Statement<{ id: number }>;
  private readonly insertStream: BulkInsert;
  private readonly insertAppend: BulkInsert;
  private readonly putClaim: BulkInsert;
  private readonly insertPlace: BulkInsert;
  private readonly deleteClaim: Statement<never>;
  private readonly deleteSealedClaims: Statement<never>;
  private readonly updateProgress: Statement<never>;
  private nextStreamId: number;
  private lastPlace: LogPlace | undefined;
  private written: IndexProgress;
  private pending: LocatedRecord[] = [];

  constructor(
    private readonly database: Sqlite,
    private readonly unseal: Unseal,
  ) {
    this.findStream = database.prepare('SELECT id FROM streams WHERE name = ?');
    this.insertStream = new BulkInsert(database, 'INSERT INTO streams', 2);
    this.insertAppend = new BulkInsert(database, 'INSERT INTO appends', 7);
    this.putClaim = new BulkInsert(database, 'INSERT OR REPLACE INTO claims', 4);
    this.insertPlace = new BulkInsert(database, 'INSERT INTO places', 3);
    this.deleteClaim = database.prepare('DELETE FROM claims WHERE key = ?');
    this.deleteSealedClaims = database.prepare('DELETE FROM claims WHERE stream = ? AND sealed = 1');
    this.updateProgress = database.prepare(
      `UPDATE progress SET position = ?, segment = ?, byte_offset = ?, last_segment = ?, last_byte_offset = ?, last_byte_length = ?`,
    );
    this.nextStreamId =
      1 + (database.prepare<{ id: number | null }>('SELECT MAX(id) AS id FROM streams').get()?.id ?? 0);
    this.lastPlace = database
      .prepare<LogPlace>('SELECT position, segment, byte_offset AS offset FROM places ORDER BY position DESC LIMIT 1')
      .get();
    this.written = readProgress(database);
  }

  /** What the database holds. */
  get progress(): IndexProgress {
    return this.written;
  }

  get pendingRecords(): number {
    return this.pending.length;
  }

  add(records: readonly LocatedRecord[]): void {
    for (const record of records) this.pending.push(record);
  }

  async flush(): Promise<void> {
    const last = this.pending.at(-1);
    if (last === undefined) return;
    const records = this.pending;
    this.pending = [];
    const { held, erasedStreams } = await this.foldClaims(records);
    const progress = { place: placeAfter(last.record, last.location), lastRecord: last.location };
    this.database.transaction(() => {
      const appends: number[][] = [];
      for (const { record, location } of records) {
        const stream = this.streamId(record.stream);
        const { segment, offset, length } = location;
        appends.push([stream, record.firstRevision, record.eventCount, record.position, segment, offset, length]);
        this.addPlace({ segment, offset, position: record.position });
      }
      this.insertStream.flush();
      // In key order: neighbouring rows share pages, which is what keeps a rebuild fast.
      appends.sort(([stream = 0, revision = 0], [otherStream = 0, otherRevision = 0]) =>
        stream === otherStream ? revision - otherRevision : stream - otherStream,
      );
      for (const row of appends) this.insertAppend.add(row);
      this.insertAppend.flush();
      this.insertPlace.flush();
      for (const stream of erasedStreams) this.deleteSealedClaims.run(this.streamId(stream));
      for (const [key, holder] of held) {
        if (holder === null) this.deleteClaim.run(key);
        else this.putClaim.add([key, this.streamId(holder.stream), holder.firstRevision, holder.sealed ? 1 : 0]);
      }
      this.putClaim.flush();
      const { place, lastRecord } = progress;
      this.updateProgress.run(
        place.position,
        place.segment,
        place.offset,
        lastRecord.segment,
        lastRecord.offset,
        lastRecord.length,
      );
    });
    this.written = progress;
  }

  /** What these records do to the claims in the end: holder by key, null where released. */
  private async foldClaims(records: readonly LocatedRecord[]): Promise<ClaimChanges> {
    const sealed: SealedClaim[] = [];
    for (const { record } of records) {
      for (const claim of record.claims) {
        if (claim.sealed) sealed.push({ stream: record.stream, sealed: claim.text });
      }
    }
    const unsealed = sealed.length === 0 ? [] : await this.unseal(sealed);
    const held = new Map<string, HeldClaim | null>();
    const erasedStreams = new Set<string>();
    let nextSealed = 0;
    for (const { record } of records) {
      for (const claim of record.claims) {
        const key = claim.sealed ? unsealed[nextSealed++] : claim.text;
        if (key === undefined) {
          erasedStreams.add(record.stream);
        } else {
          const { stream, firstRevision } = record;
          held.set(key, claim.action === 'take' ? { stream, firstRevision, sealed: claim.sealed } : null);
        }
      }
    }
    return { held, erasedStreams };
  }

  private streamId(name: string): number {
    const known = this.streamIds.get(name) ?? this.findStream.get(name)?.id;
    if (known !== undefined) {
      this.streamIds.set(name, known);
      return known;
    }
    const id = this.nextStreamId++;
    this.streamIds.set(name, id);
    this.insertStream.add([id, name]);
    return id;
  }

  private addPlace(place: LogPlace): void {
    const near = this.lastPlace;
    if (near?.segment === place.segment && place.offset - near.offset < PLACE_EVERY_BYTES) return;
    this.insertPlace.add([place.position, place.segment, place.offset]);
    this.lastPlace = place;
  }
}

interface HeldClaim {
  readonly stream: string;
  readonly firstRevision: number;
  readonly sealed: boolean;
}

interface ClaimChanges {
  readonly held: ReadonlyMap<string, HeldClaim | null>;
  readonly erasedStreams: ReadonlySet<string>;
}

/** Rows of one table, written many at a time: one statement a row costs twice as much. */
class BulkInsert {
  private readonly many: Statement<never>;
  private readonly one: Statement<never>;
  private values: SqlValue[] = [];

  constructor(
    database: Sqlite,
    insert: string,
    private readonly columns: number,
  ) {
    const row = `(${Array(columns).fill('?').join(', ')})`;
    this.many = database.prepare(`${insert} VALUES ${Array(ROWS_PER_INSERT).fill(row).join(', ')}`);
    this.one = database.prepare(`${insert} VALUES ${row}`);
  }

  add(row: readonly SqlValue[]): void {
    for (const value of row) this.values.push(value);
    if (this.values.length < ROWS_PER_INSERT * this.columns) return;
    this.many.run(...this.values);
    this.values = [];
  }

  flush(): void {
    for (let start = 0; start < this.values.length; start += this.columns) {
      this.one.run(...this.values.slice(start, start + this.columns));
    }
    this.values = [];
  }
}
