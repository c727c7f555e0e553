import { streamParts, type AccountId, type TenantId } from '../../kernel/ids';
import { StoreUnavailableFault } from '../../platform/event-store/faults';
import type { RecordedEvent } from '../../platform/event-store/event-store';
import type { Publication, PublishedTopic } from '../../platform/kafka/publisher';
import type { Projecting } from '../../platform/projections/projection-runner';
import type { QueryDoor } from '../../platform/read-store/read-store';
import { balancesTold, POSTED_TYPES, type BalanceTold } from '../accounts';
import { cloudAttributes, feedEvent, FEED_CONTRACTS, type FeedEvent } from './feed-event';

/** Every contract event, for whoever wants to know what happened. */
export const EVENTS_TOPIC = 'loyalty.events.v1';
/** The newest balances of each customer, for whoever wants to know what is. Compacted. */
export const BALANCES_TOPIC = 'loyalty.balances.v1';
export const BALANCES_TYPE = 'loyalty.balances.v1';

const READ_MODEL_WAIT_MS = 5_000;

/** One customer's events lie in one partition, in order. An anonymous purchase, a programme and so on are of themselves. */
export const recordKey = (tenant: TenantId, subject: string): string => `${tenant}/${subject}`;

export const eventsTopic: PublishedTopic = {
  topic: EVENTS_TOPIC,
  types: [...new Set(Object.values(FEED_CONTRACTS))],
  chained: true,
  publish(events) {
    return Promise.resolve(
      events.flatMap((event): Publication[] => {
        const told = feedEvent(event);
        if (told === undefined) return [];
        const key = recordKey(event.append.tenant, told.subject);
        return [{ position: event.position, key, value: JSON.stringify(told.data), headers: attributes(told) }];
      }),
    );
  },
};

/**
 * Balances as the read model has them once it holds the events in hand: at least as new as the record's position. Throws
 * `StoreUnavailableFault` while the read model is behind.
 */
export function balancesTopic(query: QueryDoor, projecting: Pick<Projecting, 'waitFor'>): PublishedTopic {
  return {
    topic: BALANCES_TOPIC,
    types: POSTED_TYPES,
    chained: false,
    async publish(events) {
      const newest = newestOfCustomers(events);
      const last = newest.at(-1);
      if (last === undefined) return [];
      if (!(await projecting.waitFor(last.position, READ_MODEL_WAIT_MS))) {
        throw new StoreUnavailableFault('the balances wait for their read model');
      }
      const balances = await balancesOfCustomers(query, newest);
      return newest.map((event) => balancePublication(event, balances));
    },
  };
}

/** Each customer's last event, in the order of the log. Accounts of nobody hold no points. */
function newestOfCustomers(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const newest = new Map<string, RecordedEvent>();
  for (const event of events) {
    const { stream } = event.append;
    if (!streamParts(stream).id.startsWith('cus_')) continue;
    newest.delete(stream);
    newest.set(stream, event);
  }
  return [...newest.values()];
}

async function balancesOfCustomers(
  query: QueryDoor,
  events: readonly RecordedEvent[],
): Promise<ReadonlyMap<string, readonly BalanceTold[]>> {
  const accounts = new Map<TenantId, AccountId[]>();
  for (const { append } of events) {
    const ids = accounts.get(append.tenant) ?? [];
    ids.push(streamParts(append.stream).id as AccountId);
    accounts.set(append.tenant, ids);
  }
  const balances = new Map<string, BalanceTold[]>();
  for (const [tenant, ids] of accounts) {
    for (const told of await balancesTold(query, tenant, ids)) {
      const key = recordKey(tenant, told.account);
      balances.set(key, [...(balances.get(key) ?? []), told]);
    }
  }
  return balances;
}

function balancePublication(event: RecordedEvent, balances: ReadonlyMap<string, readonly BalanceTold[]>): Publication {
  const { tenant, stream } = event.append;
  const { id } = streamParts(stream);
  const key = recordKey(tenant, id);
  const held = (balances.get(key) ?? []).map(({ account: _, ...wallet }) => wallet);
  return {
    position: event.position,
    key,
    value: JSON.stringify({ customerId: id, balances: held }),
    headers: attributes({ ...cloudAttributes(event), type: BALANCES_TYPE }),
  };
}

/** CloudEvents 1.0, Kafka protocol binding, binary mode. */
function attributes({
  specversion,
  id,
  source,
  type,
  subject,
  time,
  datacontenttype,
}: Omit<FeedEvent, 'position' | 'data'>): Publication['headers'] {
  return {
    ce_specversion: specversion,
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_subject: subject,
    ce_time: time,
    'content-type': datacontenttype,
  };
}
