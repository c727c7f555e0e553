/**
 * Long pure work that can be left for a moment at every `yield`: whoever runs it may give an event loop its turn there, and
 * what comes out is the same.
 */
export type Sliced<Result> = Generator<void, Result, void>;

/** Runs it without a pause. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
