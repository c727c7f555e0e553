import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableFault } from '../event-store/faults';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** Tries until the server behind it is there; anything else that fails is thrown. */
export async function untilAvailable<Result>(
  work: () => Promise<Result>,
  onWaiting: (fault: StoreUnavailableFault) => void,
): Promise<Result> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailableFault)) throw error;
      onWaiting(error);
    }
    await delay(wait);
  }
}
