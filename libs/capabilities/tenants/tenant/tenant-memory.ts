import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import type { TenantEvent } from './tenant.events';
import { evolveTenant, initialTenant, type Tenant } from './tenant.state';

/** Tenant streams are short: no checkpoint. */
export const tenantMemory: StreamMemory<Tenant> = {
  initial: initialTenant,
  language: 1,
  evolve: (tenant, events) =>
    events.reduce((state, event) => evolveTenant(state, event as RecordedEvent & TenantEvent), tenant),
};
