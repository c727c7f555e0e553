import type { StreamName } from '../../../kernel/ids';
import { RETRIED_FOR_MS } from './retry-schedule';
import type {
  CursorMove,
  DeadLetter,
  Delivery,
  DeliveryFailure,
  DeliveryProgress,
  Found,
  WebhookDeliveries,
  Way,
} from './webhook-deliveries';

export type SqlParameter = string | number | null;

/** With `?` for each value. */
export interface SqlStatement {
  readonly sql: string;
  readonly values: readonly SqlParameter[];
}

/** A database that understands the same few statements as the other one. */
export interface DeliverySql {
  rows<Row extends object>(statement: SqlStatement): Promise<readonly Row[]>;
  /** In one transaction; false, and nothing was done, where the first changes no row. */
  together(first: SqlStatement, ...rest: readonly SqlStatement[]): Promise<boolean>;
  close(): Promise<void>;
}

export const DELIVERY_SCHEMA = `
  CREATE TABLE IF NOT EXISTS webhook_store (one INTEGER PRIMARY KEY, since BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS webhook_progress
    (webhook TEXT PRIMARY KEY, since BIGINT NOT NULL, position BIGINT NOT NULL, ordered BIGINT NOT NULL,
     again_position BIGINT, again_until BIGINT, failing_since BIGINT, delivered_at BIGINT, failure TEXT);
  CREATE TABLE IF NOT EXISTS webhook_waiting
    (webhook TEXT NOT NULL, way TEXT NOT NULL, position BIGINT NOT NULL, subject TEXT NOT NULL,
     attempts INTEGER NOT NULL, ready_at BIGINT NOT NULL, until BIGINT NOT NULL,
     PRIMARY KEY (webhook, way, position));
  CREATE INDEX IF NOT EXISTS webhook_waiting_lines ON webhook_waiting (webhook, way, subject, position);
  CREATE TABLE IF NOT EXISTS webhook_dead_letters
    (webhook TEXT NOT NULL, position BIGINT NOT NULL, subject TEXT NOT NULL, attempts INTEGER NOT NULL,
     died_at BIGINT NOT NULL, failure TEXT NOT NULL, PRIMARY KEY (webhook, position))`;

/** First of its customer's line. */
const HEADS = `FROM webhook_waiting AS head WHERE webhook = ? AND NOT EXISTS
  (SELECT 1 FROM webhook_waiting AS other WHERE other.webhook = head.webhook AND other.way = head.way
   AND other.subject = head.subject AND other.position < head.position)`;

const CURSORS: Readonly<Record<Way, string>> = { first: 'position', again: 'again_position' };

const statement = (sql: string, ...values: readonly SqlParameter[]): SqlStatement => ({ sql, values });

/** By plain SQL that SQLite and PostgreSQL both take. A cursor is moved from where it was or not at all: two that deliver at once lose nothing. */
export class SqlWebhookDeliveries implements WebhookDeliveries {
  constructor(private readonly sql: DeliverySql) {}

  async begin(logEnd: number): Promise<number> {
    await this.sql.together(statement('INSERT INTO webhook_store VALUES (1, ?) ON CONFLICT DO NOTHING', logEnd));
    const [row] = await this.sql.rows<{ since: number }>(statement('SELECT since FROM webhook_store'));
    return row?.since ?? logEnd;
  }

  async open(webhook: StreamName, since: number): Promise<DeliveryProgress> {
    await this.sql.together(
      statement(
        `INSERT INTO webhook_progress (webhook, since, position, ordered) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        webhook,
        since,
        since,
        since,
      ),
    );
    const progress = await this.find(webhook);
    if (progress === undefined) return this.open(webhook, since);
    return progress;
  }

  async find(webhook: StreamName): Promise<DeliveryProgress | undefined> {
    const [row] = await this.sql.rows<ProgressRow>(
      statement(
        `SELECT *, (SELECT count(*) FROM webhook_waiting WHERE webhook = ?) AS waiting,
           (SELECT count(*) FROM webhook_dead_letters WHERE webhook = ?) AS dead
         FROM webhook_progress WHERE webhook = ?`,
        webhook,
        webhook,
        webhook,
      ),
    );
    return row && progressIn(row);
  }

  take(webhook: StreamName, way: Way, move: CursorMove, found: readonly Found[], now: number): Promise<boolean> {
    const cursor = CURSORS[way];
    return this.sql.together(
      statement(
        `UPDATE webhook_progress SET ${cursor} = ? WHERE webhook = ? AND ${cursor} = ?`,
        move.to,
        webhook,
        move.from,
      ),
      ...waitingRows(webhook, way, found, now),
    );
  }

  ready(webhook: StreamName, now: number, limit: number): Promise<readonly Delivery[]> {
    return this.sql.rows(
      statement(
        `SELECT way, position, subject, attempts, until ${HEADS} AND ready_at <= ? ORDER BY position, way LIMIT ?`,
        webhook,
        now,
        limit,
      ),
    );
  }

  async nextReady(webhook: StreamName): Promise<number | undefined> {
    const [row] = await this.sql.rows<{ at: number | null }>(statement(`SELECT min(ready_at) AS at ${HEADS}`, webhook));
    return row?.at ?? undefined;
  }

  async waiting(webhook: StreamName, way: Way): Promise<number> {
    const [row] = await this.sql.rows<{ waiting: number }>(
      statement('SELECT count(*) AS waiting FROM webhook_waiting WHERE webhook = ? AND way = ?', webhook, way),
    );
    return row?.waiting ?? 0;
  }

  async delivered(webhook: StreamName, delivery: Delivery, now: number): Promise<void> {
    await this.sql.together(
      statement('UPDATE webhook_progress SET failing_since = NULL, delivered_at = ? WHERE webhook = ?', now, webhook),
      gone(webhook, delivery),
    );
  }

  async failed(webhook: StreamName, delivery: Delivery, { at, reason, nextAt }: DeliveryFailure): Promise<number> {
    const { way, position, attempts } = delivery;
    const failing = statement(
      'UPDATE webhook_progress SET failing_since = COALESCE(failing_since, ?), failure = ? WHERE webhook = ?',
      at,
      reason,
      webhook,
    );
    if (nextAt === undefined) {
      await this.sql.together(failing, deadLetter(webhook, delivery, at, reason), gone(webhook, delivery));
    } else {
      await this.sql.together(
        failing,
        statement(
          'UPDATE webhook_waiting SET attempts = ?, ready_at = ? WHERE webhook = ? AND way = ? AND position = ? AND attempts = ?',
          attempts + 1,
          nextAt,
          webhook,
          way,
          position,
          attempts,
        ),
      );
    }
    return (await this.find(webhook))?.failingSince ?? at;
  }

  async goOn(webhook: StreamName, order: number, now: number): Promise<void> {
    await this.sql.together(
      ordered(webhook, order, 'failing_since = NULL'),
      statement(
        'UPDATE webhook_waiting SET attempts = 0, ready_at = ?, until = ? WHERE webhook = ?',
        now,
        now + RETRIED_FOR_MS,
        webhook,
      ),
    );
  }

  async replayRange(webhook: StreamName, order: number, range: { after: number; until: number }): Promise<void> {
    await this.sql.together(ordered(webhook, order, 'again_position = ?, again_until = ?', range.after, range.until));
  }

  async replayDeadLetters(webhook: StreamName, order: number, now: number): Promise<void> {
    await this.sql.together(
      ordered(webhook, order),
      statement(
        `INSERT INTO webhook_waiting (webhook, way, position, subject, attempts, ready_at, until)
         SELECT webhook, 'again', position, subject, 0, CAST(? AS BIGINT), CAST(? AS BIGINT) FROM webhook_dead_letters WHERE webhook = ?
         ON CONFLICT DO NOTHING`,
        now,
        now + RETRIED_FOR_MS,
        webhook,
      ),
      statement('DELETE FROM webhook_dead_letters WHERE webhook = ?', webhook),
    );
  }

  async endReplay(webhook: StreamName): Promise<void> {
    await this.sql.together(
      statement('UPDATE webhook_progress SET again_position = NULL, again_until = NULL WHERE webhook = ?', webhook),
    );
  }

  deadLetters(webhook: StreamName, after: number, limit: number): Promise<readonly DeadLetter[]> {
    return this.sql.rows(
      statement(
        `SELECT position, subject, attempts, died_at AS "diedAt", failure FROM webhook_dead_letters
         WHERE webhook = ? AND position > ? ORDER BY position LIMIT ?`,
        webhook,
        after,
        limit,
      ),
    );
  }

  async forget(webhook: StreamName): Promise<void> {
    const [first, ...rest] = ['webhook_progress', 'webhook_waiting', 'webhook_dead_letters'] as const;
    const of = (table: string): SqlStatement => statement(`DELETE FROM ${table} WHERE webhook = ?`, webhook);
    await this.sql.together(of(first), ...rest.map(of));
  }

  close(): Promise<void> {
    return this.sql.close();
  }
}

interface ProgressRow {
  readonly since: number;
  readonly position: number;
  readonly ordered: number;
  readonly again_position: number | null;
  readonly again_until: number | null;
  readonly failing_since: number | null;
  readonly delivered_at: number | null;
  readonly failure: string | null;
  readonly waiting: number;
  readonly dead: number;
}

function progressIn(row: ProgressRow): DeliveryProgress {
  const { again_position: position, again_until: until } = row;
  return {
    since: row.since,
    position: row.position,
    ordered: row.ordered,
    replay: position === null || until === null ? undefined : { position, until },
    waiting: row.waiting,
    deadLetters: row.dead,
    failingSince: row.failing_since ?? undefined,
    lastDeliveredAt: row.delivered_at ?? undefined,
    lastFailure: row.failure ?? undefined,
  };
}

function waitingRows(webhook: StreamName, way: Way, found: readonly Found[], now: number): readonly SqlStatement[] {
  if (found.length === 0) return [];
  const places = found.map(() => '(?, ?, ?, ?, 0, ?, ?)').join(', ');
  const values = found.flatMap(({ position, subject }) => [webhook, way, position, subject, now, now + RETRIED_FOR_MS]);
  const columns = '(webhook, way, position, subject, attempts, ready_at, until)';
  return [statement(`INSERT INTO webhook_waiting ${columns} VALUES ${places} ON CONFLICT DO NOTHING`, ...values)];
}

const gone = (webhook: StreamName, { way, position }: Delivery): SqlStatement =>
  statement('DELETE FROM webhook_waiting WHERE webhook = ? AND way = ? AND position = ?', webhook, way, position);

const deadLetter = (
  webhook: StreamName,
  { position, subject, attempts }: Delivery,
  at: number,
  reason: string,
): SqlStatement =>
  statement(
    `INSERT INTO webhook_dead_letters (webhook, position, subject, attempts, died_at, failure) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (webhook, position) DO UPDATE SET attempts = excluded.attempts, died_at = excluded.died_at,
       failure = excluded.failure`,
    webhook,
    position,
    subject,
    attempts + 1,
    at,
    reason,
  );

/** Once, and in the order they were given in. */
const ordered = (webhook: StreamName, order: number, set = '', ...values: readonly SqlParameter[]): SqlStatement =>
  statement(
    `UPDATE webhook_progress SET ordered = ?${set === '' ? '' : `, ${set}`} WHERE webhook = ? AND ordered < ?`,
    order,
    ...values,
    webhook,
    order,
  );
