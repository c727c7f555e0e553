import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../kernel/time';

/** How long a delivery is tried. */
export const RETRIED_FOR_MS = 3 * DAY_MS;

/** After the first failures; then as after the last of them. */
const PAUSES_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS];

/** Up to this much of a pause is added at random, so that what failed together does not come back together. */
const JITTER = 0.2;

/** What a receiver may ask us to wait at most. */
export const LONGEST_RETRY_AFTER_MS = DAY_MS;

export interface FailedAttempt {
  readonly now: number;
  /** That have failed, this one included. */
  readonly attempts: number;
  readonly until: number;
  /** What the receiver asked for. */
  readonly retryAfterMs?: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** When to try again; undefined = no more. The last attempt is at `until` itself, which is three days after the first. */
export function nextAttemptAt({ now, attempts, until, retryAfterMs = 0, random }: FailedAttempt): number | undefined {
  if (now >= until) return undefined;
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? 0;
  const wait = Math.max(pause * (1 + JITTER * random), retryAfterMs);
  return Math.min(now + Math.round(wait), until);
}

/** Milliseconds a `Retry-After` asks for: seconds or a date (RFC 9110). Zero for what is neither. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * SECOND_MS : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS) : 0;
}
