import type { Sqlite, SqlValue, Statement } from '../../sqlite/sqlite';
import { readProgress, type IndexProgress } from './index-schema';
import type { LocatedRecord } from './log-reader';
import { placeAfter, type LogPlace, type StoredLogClaim } from './record-format';
import type { IndexedAppend } from './stream-index-reader';

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
/** Bounds how long the thread that holds the keys is busy with one answer. */
const CLAIMS_PER_UNSEAL = 500;
const CACHED_STREAMS = 200_000;

/** Brings records of the log into the index: `add` in log order, then `flush` makes them and the progress one transaction. */
export class StreamIndexWriter {
  private readonly streamIds = new Map<string, number>();
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
  private pending: NewAppend[] = [];
  private pendingClaims: NewClaim[] = [];
  private sealedClaims: SealedClaim[] = [];

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

  /** Takes what the index needs of the records and lets go of the rest. */
  add(records: readonly LocatedRecord[]): void {
    for (const { record, location } of records) {
      const { stream, firstRevision, eventCount, position } = record;
      this.pending.push({ stream, firstRevision, eventCount, position, location });
      for (const { action, sealed, text } of record.claims) {
        this.pendingClaims.push({ stream, firstRevision, action, sealed, text });
        if (sealed) this.sealedClaims.push({ stream, sealed: text });
      }
    }
  }

  async flush(): Promise<void> {
    const appends = this.pending;
    const last = appends.at(-1);
    if (last === undefined) return;
    // Emptied as a whole: cheaper than keeping book of what was used last, and found again by one look-up each.
    if (this.streamIds.size > CACHED_STREAMS) this.streamIds.clear();
    const { held, erasedStreams } = await this.foldClaims();
    const progress = { place: placeAfter(last, last.location), lastRecord: last.location };
    this.database.transaction(() => {
      this.insertAppends(appends);
      for (const stream of erasedStreams) this.deleteSealedClaims.run(this.streamId(stream));
      this.changeClaims(held);
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
    this.pending = [];
    this.pendingClaims = [];
    this.sealedClaims = [];
  }

  private insertAppends(appends: readonly NewAppend[]): void {
    const rows = appends.map((append) => ({ stream: this.streamId(append.stream), append }));
    this.insertStream.flush();
    for (const { position, location } of appends) this.addPlace({ ...location, position });
    this.insertPlace.flush();
    // In key order: neighbouring rows share pages, which is what keeps a rebuild fast.
    rows.sort((one, other) => one.stream - other.stream || one.append.position - other.append.position);
    for (const { stream, append } of rows) {
      const { segment, offset, length } = append.location;
      this.insertAppend.add(stream, append.firstRevision, append.eventCount, append.position, segment, offset, length);
    }
    this.insertAppend.flush();
  }

  private changeClaims(held: ReadonlyMap<string, NewClaim>): void {
    for (const [key, { action, stream, firstRevision, sealed }] of held) {
      if (action === 'release') this.deleteClaim.run(key);
      else this.putClaim.add(key, this.streamId(stream), firstRevision, sealed ? 1 : 0);
    }
    this.putClaim.flush();
  }

  /** What happened last to each key, and the streams of people whose sealed claims nobody can read any more. */
  private async foldClaims(): Promise<ClaimChanges> {
    const unsealed: (string | undefined)[] = [];
    for (let start = 0; start < this.sealedClaims.length; start += CLAIMS_PER_UNSEAL) {
      unsealed.push(...(await this.unseal(this.sealedClaims.slice(start, start + CLAIMS_PER_UNSEAL))));
    }
    const held = new Map<string, NewClaim>();
    const erasedStreams = new Set<string>();
    let nextSealed = 0;
    for (const claim of this.pendingClaims) {
      const key = claim.sealed ? unsealed[nextSealed++] : claim.text;
      if (key === undefined) erasedStreams.add(claim.stream);
      else held.set(key, claim);
    }
    return { held, erasedStreams };
  }

  private streamId(name: string): number {
    const known = this.streamIds.get(name) ?? this.findStream.get(name)?.id;
    const id = known ?? this.nextStreamId++;
    this.streamIds.set(name, id);
    if (known === undefined) this.insertStream.add(id, name);
    return id;
  }

  private addPlace(place: LogPlace): void {
    const near = this.lastPlace;
    if (near?.segment === place.segment && place.offset - near.offset < PLACE_EVERY_BYTES) return;
    this.insertPlace.add(place.position, place.segment, place.offset);
    this.lastPlace = place;
  }
}

interface NewAppend extends IndexedAppend {
  readonly stream: string;
}

interface NewClaim extends StoredLogClaim {
  readonly stream: string;
  readonly firstRevision: number;
}

interface ClaimChanges {
  readonly held: ReadonlyMap<string, NewClaim>;
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

  add(...row: readonly SqlValue[]): void {
    this.values.push(...row);
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
