import { feedEvent } from '../../libs/capabilities/feed/feed-event';
import { accountBalance } from '../../libs/capabilities/accounts/account-balance/account-balance.projection';
import { accountEntries } from '../../libs/capabilities/accounts/account-entries/account-entries.projection';
import { accountLapses } from '../../libs/capabilities/accounts/announce-lapses/account-lapses.projection';
import { historyOf } from '../../libs/capabilities/accounts/account/account-memory';
import { purchaseReceipt } from '../../libs/capabilities/accounts/purchase-receipt/purchase-receipt.projection';
import { customerProfile } from '../../libs/capabilities/customers/customer-profile/customer-profile.projection';
import type { CustomerEvent } from '../../libs/capabilities/customers/customer/customer.events';
import { evolveCustomer, initialCustomer } from '../../libs/capabilities/customers/customer/customer.state';
import type { ProgrammeEvent } from '../../libs/capabilities/programmes';
import { evolveProgramme } from '../../libs/capabilities/programmes/programme/programme.ledger';
import { initialProgramme } from '../../libs/capabilities/programmes/programme/programme.state';
import type { TenantEvent } from '../../libs/capabilities/tenants';
import { evolveTenant, initialTenant } from '../../libs/capabilities/tenants/tenant/tenant.state';
import type { WebhookEvent } from '../../libs/capabilities/webhooks/webhook/webhook.events';
import { evolveWebhook, initialWebhook } from '../../libs/capabilities/webhooks/webhook/webhook.state';
import { streamParts } from '../../libs/kernel/ids';
import type { Projection } from '../../libs/kernel/projection';
import type { RecordedEvent } from '../../libs/platform/event-store/event-store';

/** What our code makes of a stored event. */
export interface Reading {
  /** Of its stream, after it and all before it; of an account the fact, as the ledger folds it. */
  readonly state: unknown;
  /** By table, on an empty read model. */
  readonly rows: Readonly<Record<string, readonly object[]>>;
  /** What leaves through the feed; null where nothing does. */
  readonly feed: object | null;
}

/** The reading of the last of some events of one stream, as JSON would hold it. */
export function readingOf(history: readonly RecordedEvent[]): Reading {
  const event = history.at(-1);
  if (event === undefined) throw new Error('nothing was read');
  const rows = Object.fromEntries<readonly object[]>([
    ...rowsIn(accountBalance, event),
    ...rowsIn(accountEntries, event),
    ...rowsIn(accountLapses, event),
    ...(CHANGES_A_RECEIPT.has(event.type) ? [] : rowsIn(purchaseReceipt, event)),
    ...rowsIn(customerProfile, event),
  ]);
  const reading: Reading = { state: stateAfter(history, event), rows, feed: feedEvent(event) ?? null };
  return JSON.parse(JSON.stringify(reading, mapsAsObjects)) as Reading;
}

/** What they do to a receipt is nothing without it, and there is none in an empty read model. */
const CHANGES_A_RECEIPT: ReadonlySet<string> = new Set(['PurchaseClaimed', 'PurchaseVoided']);

function rowsIn<Row extends object>(model: Projection<Row>, event: RecordedEvent): [string, readonly Row[]][] {
  if (!model.types.includes(event.type)) return [];
  return [[model.name, model.keys(event).map((key) => model.apply(undefined, event, key))]];
}

function stateAfter(history: readonly RecordedEvent[], last: RecordedEvent): unknown {
  switch (streamParts(last.append.stream).category) {
    case 'account':
      return historyOf([last]).facts.map(({ occurredAt, effectiveAt }) => ({ occurredAt, effectiveAt }))[0] ?? null;
    case 'customer':
      return (history as (RecordedEvent & CustomerEvent)[]).reduce(evolveCustomer, initialCustomer);
    case 'programme':
      return (history as (RecordedEvent & ProgrammeEvent)[]).reduce(evolveProgramme, initialProgramme);
    case 'tenant':
      return (history as (RecordedEvent & TenantEvent)[]).reduce(evolveTenant, initialTenant);
    case 'webhook':
      return (history as (RecordedEvent & WebhookEvent)[]).reduce(evolveWebhook, initialWebhook);
    default:
      throw new Error(`no golden file for events of ${last.append.stream}`);
  }
}

const mapsAsObjects = (_: string, value: unknown): unknown =>
  value instanceof Map ? (Object.fromEntries(value) as object) : value;
