import type { StreamName } from '../../../kernel/ids';
import type { ClaimHolder } from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { attemptOf, type ClaimRecord, type Slot } from './claim-streams';
import type { Slots } from './slots';
import type { ReadAppend } from './stored-form';

/** The key of a sealed claim of a stream; undefined where the person was erased: then nobody holds it. */
export type Unseal = (sealed: string, stream: StreamName) => Promise<string | undefined>;

/** What is known of a key, from its newest record and what lies in that one's slot. */
export type Standing =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly slot: Slot; readonly holder: ClaimHolder }
  /** An append is on its way to a slot, or was lost on it; until then the key stands as before. */
  | { readonly kind: 'pending'; readonly slot: Slot; readonly before: Slot | null };

const FREE: Standing = { kind: 'free' };

/** Judges records of claims. Nothing is remembered: whoever looks sees the same. */
export class ClaimJudgement {
  constructor(private readonly slots: Slots) {}

  async standing(record: ClaimRecord | undefined): Promise<Standing> {
    if (record === undefined) return FREE;
    const found = await this.slots.look(record.slot);
    return found === undefined
      ? { kind: 'pending', slot: record.slot, before: record.before }
      : this.decided(record, found);
  }

  /** As it stands now, whatever may be on its way. */
  async heldBefore(before: Slot | null): Promise<Standing> {
    if (before === null) return FREE;
    const found = await this.slots.look(before);
    // It was there when the record was written: who reads from a replica may have been given an older state of it.
    if (found === undefined) throw new StoreUnavailableFault(`${before.stream} is shown older than it was before`);
    return heldBy(found);
  }

  private decided({ action, attempt, before }: ClaimRecord, found: ReadAppend): Standing | Promise<Standing> {
    if (attemptOf(found.append) !== attempt) return this.heldBefore(before);
    return action === 'take' ? heldBy(found) : FREE;
  }
}

function heldBy({ append: { stream, firstRevision, commandKey, fingerprint } }: ReadAppend): Standing {
  return {
    kind: 'held',
    slot: { stream, firstRevision },
    holder: { stream, firstRevision, commandKey, fingerprint },
  };
}
