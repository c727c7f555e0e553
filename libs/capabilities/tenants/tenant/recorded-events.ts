import { assert } from '../../../kernel/defect';
import type { NewEvent } from '../../../platform/event-store/event-store';
import type { TenantEvent } from './tenant.events';

type DataOf = { readonly [Event in TenantEvent as Event['type']]: Event['data'] };

/** What the one event of a type in an append says. */
export function eventOf<Type extends TenantEvent['type']>(events: readonly NewEvent[], type: Type): DataOf[Type] {
  const event = events.find((one) => one.type === type);
  assert(event !== undefined, `the append holds no ${type}`);
  return (event as NewEvent & { readonly data: DataOf[Type] }).data;
}
