import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PREVIOUS_HASH } from '../embedded/record-format';
import { SLOT_CLOSED, type AppendRequest } from '../event-store';
import type { Slot } from './claim-streams';
import type { EsdbHistory } from './esdb-history';
import type { ServerCalls } from './server-calls';
import { toStored, type AppendContent, type ReadAppend } from './stored-form';

const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;

/**
 * A slot is taken by the one append that gets there, whoever sends it: every append names the exact revision it builds on.
 * What is bound to a slot is therefore decided as soon as anything lies in it.
 */
export class Slots {
  constructor(
    private readonly calls: ServerCalls,
    private readonly history: EsdbHistory,
    /** How long an append that is on its way is waited for. */
    private readonly patienceMs: number,
  ) {}

  /** What lies in it; undefined while nothing does. */
  look({ stream, firstRevision }: Slot): Promise<ReadAppend | undefined> {
    return this.history.readAppend(stream, firstRevision);
  }

  /** Waits, within patience, for an append that may be on its way to it. */
  async await(slot: Slot): Promise<ReadAppend | undefined> {
    const until = performance.now() + this.patienceMs;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_LOOK_MS)) {
      const append = await this.look(slot);
      if (append !== undefined || performance.now() > until) return append;
      await pause(pauseMs);
    }
  }

  /**
   * Puts something into it that says nothing, so that what was lost on its way never arrives: its revision is taken, and an
   * append in flight fails as a conflict. Either that or what came before it lies there when this answers.
   */
  async close(slot: Slot, because: AppendRequest): Promise<void> {
    const newest = await this.history.newestAppend(slot.stream);
    const newestRevision = newest === undefined ? -1 : newest.append.firstRevision + newest.events.length - 1;
    if (newestRevision !== slot.firstRevision - 1) return;
    const { events } = toStored(closingAppend(slot, because), newest?.hash ?? FIRST_PREVIOUS_HASH);
    await this.calls.append(slot.stream, slot.firstRevision - 1, events);
  }
}

function closingAppend({ stream, firstRevision }: Slot, because: AppendRequest): AppendContent {
  const { recordedAt, occurredAt, effectiveAt, actor, correlationId } = because;
  return {
    stream: stream,
    firstRevision,
    commandKey: `close-slot~${firstRevision}`,
    fingerprint: null,
    recordedAt,
    occurredAt,
    effectiveAt,
    actor,
    correlationId,
    causationId: null,
    events: [{ type: SLOT_CLOSED, version: 1, data: {} }],
    claims: [],
    outcome: null,
  };
}
