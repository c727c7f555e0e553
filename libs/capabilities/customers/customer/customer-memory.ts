import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import type { CustomerEvent } from './customer.events';
import { evolveCustomer, initialCustomer, type Customer } from './customer.state';

/** Customer streams are short: no checkpoint. */
export const customerMemory: StreamMemory<Customer> = {
  initial: initialCustomer,
  language: 1,
  evolve: (customer, events) =>
    events.reduce((state, event) => evolveCustomer(state, event as RecordedEvent & CustomerEvent), customer),
};
