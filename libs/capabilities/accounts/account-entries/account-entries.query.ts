import type { AccountId, TenantId } from '../../../kernel/ids';
import { jsonOf, type Queried, type QueryDoor } from '../../../platform/read-store/read-store';
import type { AccountEntryRow } from './account-entries.projection';

type Tables = { account_entries: Queried<AccountEntryRow, 'because' | 'moved'> };

/** An entry's place in its account; its text, `entryId`, is the entry's id and a page's cursor. */
export interface EntryPlace {
  readonly position: number;
  readonly line: number;
}

export const entryId = ({ position, line }: EntryPlace): string => `${position}.${line}`;

const entryIdForm = /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,3})$/;

/** Undefined for a text that is no entry id. */
export function entryPlace(id: string): EntryPlace | undefined {
  const match = entryIdForm.exec(id);
  return match === null ? undefined : { position: Number(match[1]), line: Number(match[2]) };
}

export interface EntriesPage {
  /** Newest recorded first. */
  readonly entries: readonly AccountEntryRow[];
  /** Where the next page begins; null on the last. Stays good while new entries arrive. */
  readonly next: EntryPlace | null;
}

/** The entries recorded before `after` (absent: from the newest on), at most `limit` of them. */
export async function entriesOf(
  query: QueryDoor,
  tenant: TenantId,
  account: AccountId,
  { after, limit }: { readonly after?: EntryPlace; readonly limit: number },
): Promise<EntriesPage> {
  let select = ofAccount(query, tenant, account)
    .orderBy('position', 'desc')
    .orderBy('line', 'desc')
    .limit(limit + 1);
  if (after !== undefined) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('position', 'line'), '<', tuple(after.position, after.line)),
    );
  }
  const rows = (await select.execute()).map(entryOf);
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last !== undefined ? last : null };
}

export async function entryAt(
  query: QueryDoor,
  tenant: TenantId,
  account: AccountId,
  place: EntryPlace,
): Promise<AccountEntryRow | undefined> {
  const row = await ofAccount(query, tenant, account)
    .where('position', '=', place.position)
    .where('line', '=', place.line)
    .executeTakeFirst();
  return row === undefined ? undefined : entryOf(row);
}

function ofAccount(query: QueryDoor, tenant: TenantId, account: AccountId) {
  return query
    .withTables<Tables>()
    .selectFrom('account_entries')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('account', '=', account);
}

function entryOf(row: Tables['account_entries']): AccountEntryRow {
  const { because, moved } = row;
  return {
    ...row,
    moved: jsonOf<AccountEntryRow['moved']>(moved),
    because: because === null ? null : jsonOf<AccountEntryRow['because']>(because),
  };
}
