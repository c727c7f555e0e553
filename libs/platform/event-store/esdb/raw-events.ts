import { LogDamageFault } from '../faults';
import type { RawEvent, RawPosition } from './client-library';
import type { StoredEvent } from './stored-form';

const NO_POSITION = 2n ** 64n - 1n;

/** System events are passed on as they are: tombstones have revisions that are no safe numbers. */
export function storedEvent({ streamId, revision, position, id, type, data, metadata }: RawEvent): StoredEvent {
  return { stream: streamId, revision: Number(revision), position: positionOf(position), id, type, data, metadata };
}

export function positionOf(position: RawPosition | undefined): number {
  if (position === undefined || position.commit === NO_POSITION) {
    throw new LogDamageFault('the server gives no positions where a stream is read: it has to be of 22.6 or newer');
  }
  return numberOf(position.commit);
}

export function numberOf(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new LogDamageFault(`${value} is beyond the positions we can count`);
  return number;
}
