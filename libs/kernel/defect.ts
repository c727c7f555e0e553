/** We are wrong: a broken invariant in our own code. Never caught to go on; the process edge logs it and answers 500. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Defect(message);
}

/** Makes an exhaustive switch a compile error when a case is missing. */
export function assertNever(value: never): never {
  throw new Defect(`unexpected value: ${JSON.stringify(value)}`);
}
