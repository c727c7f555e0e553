import type { Sqlite, SqlValue, Statement } from '../../sqlite/sqlite';
import { LOG_START, type LogPlace, type RecordLocation } from './record-format';

/** Where an append of a stream lies. */
export interface IndexedAppend {
  readonly firstRevision: number;
  readonly eventCount: number;
  /** Position of its first event. */
  readonly position: number;
  readonly location: RecordLocation;
}

export interface IndexedClaim {
  readonly stream: string;
  readonly firstRevision: number;
}

/** Questions to the index, each answered at once. What the index has not seen yet is in the `Tail`. */
export class StreamIndexReader {
  private readonly fromRevision: Statement<AppendRow>;
  private readonly toRevision: Statement<AppendRow>;
  private readonly holder: Statement<IndexedClaim>;
  private readonly greatest: Statement<{ key: string }>;
  private readonly newestPlace: Statement<LogPlace>;
  private readonly categorySize: Statement<{ size: number }>;
  private readonly categoryAppends: Statement<AppendRow>;
  private readonly progress: Statement<{ position: number }>;
  private readonly names: Statement<{ name: string }>;

  constructor(database: Sqlite) {
    const appends = `SELECT first_revision, event_count, position, segment, byte_offset, byte_length FROM appends`;
    const ofStream = `${appends} WHERE stream = (SELECT id FROM streams WHERE name = ?)`;
    const ofCategory = `FROM streams JOIN appends ON stream = id WHERE name >= ? AND name < ?`;
    this.fromRevision = database.prepare(`${ofStream} AND first_revision >= ? ORDER BY first_revision LIMIT ?`);
    this.toRevision = database.prepare(`${ofStream} AND first_revision <= ? ORDER BY first_revision DESC LIMIT ?`);
    this.holder = database.prepare(
      `SELECT name AS stream, first_revision AS firstRevision FROM claims JOIN streams ON id = stream WHERE key = ?`,
    );
    this.greatest = database.prepare('SELECT key FROM claims WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1');
    this.newestPlace = database.prepare(
      `SELECT position, segment, byte_offset AS offset FROM places WHERE position <= ? ORDER BY position DESC LIMIT 1`,
    );
    this.progress = database.prepare('SELECT position FROM progress');
    this.names = database.prepare(
      'SELECT name FROM streams WHERE name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?',
    );
    this.categorySize = database.prepare(`SELECT COUNT(*) AS size FROM (SELECT 1 ${ofCategory} LIMIT ?)`);
    this.categoryAppends = database.prepare(
      `SELECT first_revision, event_count, position, segment, byte_offset, byte_length ${ofCategory}`,
    );
  }

  /** Everything before this position is in the index. */
  end(): number {
    return this.progress.get()?.position ?? LOG_START.position;
  }

  /** The append that holds `revision`. */
  append(stream: string, revision: number): IndexedAppend | undefined {
    const [found] = this.appendsBackward(stream, revision, 1);
    return found !== undefined && found.firstRevision + found.eventCount > revision ? found : undefined;
  }

  newestAppend(stream: string): IndexedAppend | undefined {
    return this.appendsBackward(stream, Number.MAX_SAFE_INTEGER, 1)[0];
  }

  /** From the append that holds `revision` on, oldest first. */
  appendsForward(stream: string, revision: number, limit: number): IndexedAppend[] {
    const start = this.append(stream, revision)?.firstRevision ?? revision;
    return this.fromRevision.all(stream, start, limit).map(indexedAppend);
  }

  /** From the append that holds `revision` back, newest first. */
  appendsBackward(stream: string, revision: number, limit: number): IndexedAppend[] {
    return this.toRevision.all(stream, revision, limit).map(indexedAppend);
  }

  /** In the order of their bytes, those after a name. */
  streamNames(prefix: string, after: string, limit: number): string[] {
    return this.names.all(prefix, successor(prefix), after, limit).map(({ name }) => name);
  }

  claim(key: string): IndexedClaim | undefined {
    return this.holder.get(key);
  }

  /** Of the claims that start with `prefix`, which ends with a separator. */
  greatestClaim(prefix: string): string | undefined {
    return this.greatest.get(prefix, successor(prefix))?.key;
  }

  /** A place at or a little before `position`, from where a scan finds it. */
  placeBefore(position: number): LogPlace {
    return this.newestPlace.get(position) ?? LOG_START;
  }

  /** Appends of all streams whose name starts with one of the prefixes, by position; undefined where they are more than `limit`. */
  appendsOfPrefixes(prefixes: readonly string[], limit: number): IndexedAppend[] | undefined {
    const ranges = prefixes.map((prefix): [SqlValue, SqlValue] => [prefix, successor(prefix)]);
    let left = limit;
    for (const range of ranges) {
      left -= this.categorySize.get(...range, left + 1)?.size ?? 0;
      if (left < 0) return undefined;
    }
    const found = ranges.flatMap((range) => this.categoryAppends.all(...range).map(indexedAppend));
    return found.sort((one, other) => one.position - other.position);
  }
}

interface AppendRow {
  readonly first_revision: number;
  readonly event_count: number;
  readonly position: number;
  readonly segment: number;
  readonly byte_offset: number;
  readonly byte_length: number;
}

function indexedAppend(row: AppendRow): IndexedAppend {
  return {
    firstRevision: row.first_revision,
    eventCount: row.event_count,
    position: row.position,
    location: { segment: row.segment, offset: row.byte_offset, length: row.byte_length },
  };
}

/** The least text greater than all that start with `prefix`, which ends with a separator below U+FFFF. */
function successor(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
