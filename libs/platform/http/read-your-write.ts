import { positionOf } from './http-answer';
import { problem } from './http-problem';
import { Optional, Text } from './request-rules';

/** How long a read waits for the read models to get to where its caller was told to be. */
const REACHED_WITHIN_MS = 2_000;

/** A query that may name the position of an earlier answer, to see at least what that answer had recorded. */
export class PositionQuery {
  @Optional()
  @Text({
    max: 11,
    description: 'The `position` of an earlier answer: the read waits (at most 2 s) until it holds that.',
  })
  readonly position?: string;
}

/** @throws HttpProblem 400 for a position that is none, 503 (retryable) where it is not reached in time. */
export async function reached(
  reader: { waitFor(position: number, timeoutMs: number): Promise<boolean> },
  position: string | undefined,
): Promise<void> {
  if (position === undefined) return;
  const at = positionOf(position);
  if (at === undefined) throw problem('PositionInvalid', 'send the position as an answer gave it');
  if (await reader.waitFor(at, REACHED_WITHIN_MS)) return;
  throw problem('PositionNotReached', 'the read model is behind; ask again', { headers: { 'retry-after': '1' } });
}
