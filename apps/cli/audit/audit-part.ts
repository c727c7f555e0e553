import { hash } from 'node:crypto';
import { auditAccount } from '../../../libs/capabilities/accounts/audit-account/audit-account';
import { programmeTimeline, termsOf, type ProgrammeEvent, type Terms } from '../../../libs/capabilities/programmes';
import { compileZone } from '../../../libs/capabilities/programmes/programme/zone-table';
import { streamParts, type StreamName, type TenantId } from '../../../libs/kernel/ids';
import { atOnce } from '../../../libs/kernel/sliced';
import { LogView } from '../../../libs/platform/event-store/embedded/log-view';
import type { RecordedEvent } from '../../../libs/platform/event-store/event-store';

/** Which accounts are audited: every `parts`-th from the `part`-th on, as far as `endPosition`. */
export interface AuditPart {
  readonly logDirectory: string;
  readonly indexPath: string;
  readonly endPosition: number;
  readonly part: number;
  readonly parts: number;
}

/** Since the message before. */
export interface AuditProgress {
  readonly accounts: number;
  readonly facts: number;
  readonly differing: readonly DifferingAccount[];
}

export interface DifferingAccount {
  readonly account: string;
  readonly differences: readonly string[];
}

/** Names of streams, and accounts between two messages. */
const PAGE = 200;

export async function auditPart(
  { logDirectory, indexPath, endPosition, part, parts }: AuditPart,
  tell: (progress: AuditProgress) => void,
): Promise<void> {
  const view = LogView.open({ logDirectory, indexPath, endPosition });
  try {
    const terms = await termsOfTenants(view);
    for await (const names of accountPages(view)) {
      tell(
        await auditPage(
          view,
          names.filter((_, index) => index % parts === part),
          terms,
        ),
      );
    }
  } finally {
    await view.close();
  }
}

/** Pages of all accounts, in the order of their names. */
export async function* accountPages(view: LogView): AsyncGenerator<readonly StreamName[], void> {
  let after: StreamName | undefined;
  for (;;) {
    const page = await view.streamNames({ prefix: 'account-', limit: PAGE, ...(after !== undefined && { after }) });
    after = page.at(-1);
    if (after === undefined) return;
    yield page;
  }
}

async function auditPage(
  view: LogView,
  names: readonly StreamName[],
  terms: ReadonlyMap<TenantId, Terms>,
): Promise<AuditProgress> {
  let facts = 0;
  const differing: DifferingAccount[] = [];
  for (const account of names) {
    const audited = await auditStream(view, account, terms);
    facts += audited.facts;
    if (audited.differences.length > 0) differing.push({ account, differences: audited.differences });
  }
  return { accounts: names.length, facts, differing };
}

/** An account that cannot even be derived differs too. */
async function auditStream(view: LogView, name: StreamName, terms: ReadonlyMap<TenantId, Terms>) {
  const events: RecordedEvent[] = [];
  for await (const batch of view.readStream(name)) events.push(...batch);
  try {
    return atOnce(auditAccount(events, terms.get(streamParts(name).tenant) ?? NO_TERMS, sha256));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { facts: 0, differences: [`it cannot be derived: ${why}`] };
  }
}

const NO_TERMS = termsOf([]);
const sha256 = (text: string): string => hash('sha256', text, 'hex');

async function termsOfTenants(view: LogView): Promise<ReadonlyMap<TenantId, Terms>> {
  const streams = new Map<StreamName, RecordedEvent[]>();
  for await (const batch of view.readAll({ filter: { categories: ['programme'] } })) {
    for (const event of batch) {
      const { stream } = event.append;
      streams.set(stream, [...(streams.get(stream) ?? []), event]);
    }
  }
  const timelines = [...streams].map(([stream, events]) => {
    const { tenant, id } = streamParts(stream);
    return { tenant, timeline: programmeTimeline(id, events as (RecordedEvent & ProgrammeEvent)[], compileZone) };
  });
  const tenants = new Set(timelines.map(({ tenant }) => tenant));
  const ofTenant = (wanted: TenantId): Terms =>
    termsOf(timelines.filter(({ tenant }) => tenant === wanted).map(({ timeline }) => timeline));
  return new Map([...tenants].map((tenant) => [tenant, ofTenant(tenant)]));
}
