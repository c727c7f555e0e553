import type { ProjectedEvent } from '../kernel/projection';
import type { Projection } from '../platform/read-store/read-store';
import { RecordedHistory } from './recorded-history';

export interface CountedVisits {
  readonly tenant: string;
  readonly customer: string;
  readonly visits: number;
  /** Of all positions in the order they were applied: a gap, a double or a swap gives another. */
  readonly digest: number;
}

/** A read model of which every mistake shows. */
export const countedVisits: Projection<CountedVisits> = {
  name: 'counted_visits',
  version: 1,
  types: ['Visited'],
  columns: [
    { name: 'tenant', type: 'text' },
    { name: 'customer', type: 'text' },
    { name: 'visits', type: 'integer' },
    { name: 'digest', type: 'integer' },
  ],
  primaryKey: ['tenant', 'customer'],
  keys: (event) => [[event.append.tenant, customerOf(event)]],
  apply(row, event) {
    return {
      tenant: event.append.tenant,
      customer: customerOf(event),
      visits: (row?.visits ?? 0) + 1,
      digest: ((row?.digest ?? 7) * 31 + event.position) % 1_000_000_007,
    };
  },
};

const customerOf = ({ data }: ProjectedEvent): string => data['customer'] as string;

/** The same visits for everybody who asks, in every process. */
export function visitsOf(customers: number, events: number): RecordedHistory {
  const history = new RecordedHistory();
  for (let index = 0; index < events; index++) appendVisit(history, customers);
  return history;
}

export function appendVisit(history: RecordedHistory, customers: number): void {
  const customer = `c${(history.events.length * 7_919) % customers}`;
  history.append({
    stream: `account-main.${customer}`,
    events: [{ type: 'Visited', version: 1, data: { customer } }],
  });
}

/** What the rows must be: folded at once, without a store. */
export function foldedVisits({ events }: RecordedHistory): readonly CountedVisits[] {
  const rows = new Map<string, CountedVisits>();
  for (const event of events) {
    const customer = customerOf(event);
    rows.set(customer, countedVisits.apply(rows.get(customer), event, ['main', customer]));
  }
  return [...rows.values()].sort((one, other) => (one.customer < other.customer ? -1 : 1));
}
