import type { Pool } from 'pg';
import { inTransaction, onPostgres } from '../../../platform/postgres/postgres';
import { DELIVERY_SCHEMA, SqlWebhookDeliveries, type SqlStatement } from './sql-webhook-deliveries';

/** Processes that start at once make tables one after the other. */
const SCHEMA_LOCK = 7_185_404;

/** In tables of the read store's database. Closing it ends the pool. */
export async function openPostgresWebhookDeliveries(pool: Pool): Promise<SqlWebhookDeliveries> {
  await onPostgres(() => pool.query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK}); ${DELIVERY_SCHEMA}`));
  return new SqlWebhookDeliveries({
    rows: <Row extends object>(statement: SqlStatement) =>
      onPostgres(async () => (await pool.query<Row>(numbered(statement))).rows),
    async together(first, ...rest) {
      try {
        await inTransaction(pool, async (client) => {
          const { rowCount } = await client.query(numbered(first));
          if (rowCount === 0) throw new NothingChanged();
          for (const statement of rest) await client.query(numbered(statement));
        });
        return true;
      } catch (error) {
        if (error instanceof NothingChanged) return false;
        throw error;
      }
    },
    close: () => pool.end(),
  });
}

/** Changes nothing, and tells whoever asked so. */
class NothingChanged extends Error {}

function numbered({ sql, values }: SqlStatement): { readonly text: string; readonly values: unknown[] } {
  let place = 0;
  return { text: sql.replaceAll('?', () => `$${++place}`), values: [...values] };
}
