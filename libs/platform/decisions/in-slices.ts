import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sliced } from '../../kernel/sliced';

/** Longest that work holds the event loop before others have their turn. */
const SLICE_MS = 5;

/** Runs long pure work and lets the event loop go round between slices. */
export async function inSlices<Result>(work: Sliced<Result>): Promise<Result> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + SLICE_MS;
  }
}
