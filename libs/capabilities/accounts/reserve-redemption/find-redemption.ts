import type { Caller } from '../../../platform/http/caller';
import { problem } from '../../../platform/http/http-problem';
import { requireOutlet } from '../../../platform/http/outlet-access';
import type { FoundRedemption, RedemptionCommands, RedemptionPlace } from './redemption-commands';

/**
 * The redemption of a path. @throws HttpProblem 404 where the tenant has none of that id, 403 where the key does not work
 * for the outlet it was reserved at, or for the one that is named now.
 */
export async function foundRedemption(
  redemptions: RedemptionCommands,
  caller: Caller,
  id: string,
  at: RedemptionPlace,
): Promise<FoundRedemption> {
  const found = await redemptions.find(caller.tenant, id);
  if (found === undefined) throw problem('RedemptionNotFound', `there is no redemption ${id}`);
  for (const outlet of [found.data.outlet, at.outlet]) if (outlet !== undefined) requireOutlet(caller, outlet);
  return found;
}
