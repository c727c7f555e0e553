import { assert } from '../../kernel/defect';
import type { EventStore } from '../event-store/event-store';
import type { DecisionResult, Intent } from './decision-types';
import { ContendedFault } from './faults';
import type { StreamSessions } from './stream-sessions';

/** Tries against writers of other processes; the pause between two grows and is random. */
const MAX_TRIES = 10;

/**
 * One command becomes at most one append, however often and from wherever it is sent: claims → load → decide → append at
 * the revision read → recorded. Throws `StreamBusyFault`, `ContendedFault` or what the store throws; the command may then
 * be sent again and is answered from the record if it had been recorded after all.
 */
export async function runDecision<State, Code extends string>(
  sessions: StreamSessions<State>,
  intent: Intent<State, Code>,
): Promise<DecisionResult<Code>> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const earlier = await recordedBefore(sessions.store, intent.claimKey, intent.fingerprint);
    if (earlier !== undefined) return earlier;
    const attempt = await sessions.of(intent.stream).attempt(intent);
    switch (attempt.kind) {
      case 'recorded':
      case 'refused':
        return attempt;
      case 'claimTaken': {
        const mine = attempt.key === intent.claimKey;
        const refusal = mine ? undefined : await intent.onClaimTaken?.(attempt.key, attempt.holder);
        if (refusal !== undefined) return { kind: 'refused', refusal };
        break;
      }
      case 'sameUnderWay':
        break;
      case 'conflict':
        await sessions.pause(tries);
    }
  }
  throw new ContendedFault(`${intent.stream} was changed by others ${MAX_TRIES} times`);
}

/** What the record says about a command that was sent before; undefined for one that nobody has recorded. */
export async function recordedBefore(
  store: EventStore,
  claimKey: string,
  fingerprint: string,
): Promise<Extract<DecisionResult, { kind: 'recorded' | 'differentBody' }> | undefined> {
  const holder = await store.claimHolder(claimKey);
  if (holder === undefined) return undefined;
  if (holder.fingerprint !== fingerprint) return { kind: 'differentBody', holder, fingerprint };
  const append = await store.readAppend(holder.stream, holder.firstRevision);
  assert(append !== undefined, `${claimKey} is held by an append that cannot be read`);
  return { kind: 'recorded', append, position: append.position, replayed: true };
}
