import type { Caller } from './caller';
import { problem } from './http-problem';

/** Keys of tills and staff work for the outlets they name; every other role for all of the tenant. */
export function mayUseOutlet(caller: Caller, outlet: string): boolean {
  return (caller.role !== 'till' && caller.role !== 'staff') || caller.outlets.includes(outlet);
}

/** @throws HttpProblem 403 `OutletNotYours`. */
export function requireOutlet(caller: Caller, outlet: string): void {
  if (!mayUseOutlet(caller, outlet)) {
    throw problem(
      'OutletNotYours',
      `this key works for ${caller.outlets.join(', ') || 'no outlet'}, not for ${outlet}`,
    );
  }
}
