import { problem } from './http-problem';

/** Where the next page starts, opaque to the client: a list of the values the query continues after. */
export const cursorText = (after: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(after)).toString('base64url');

/** @throws HttpProblem 400 `CursorInvalid` for a text that `cursorText` did not write with as many values. */
export function cursorValues(cursor: string, kinds: readonly ('string' | 'number')[]): readonly (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length === kinds.length &&
      values.every((value, i) => typeof value === kinds[i])
    ) {
      return values as (string | number)[];
    }
  } catch {
    // Falls through: not ours.
  }
  throw problem('CursorInvalid', 'send the cursor as it was given, to the same operation');
}
