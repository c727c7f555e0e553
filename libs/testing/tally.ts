import { refuse, type Refusal } from '../kernel/decision';
import { streamName, type StreamName } from '../kernel/ids';
import type { Sliced } from '../kernel/sliced';
import type { JsonValue } from '../kernel/json';
import type { Draft, Intent, NeedsHistory, StreamMemory } from '../platform/decisions/decision-types';
import type { Claim, ClaimHolder, EventStore, RecordedEvent } from '../platform/event-store/event-store';
import { gather, MAIN } from './append-request';

/**
 * The smallest stream on which a lost, doubled or misled decision shows: every event says the total it was decided on and
 * the one it leaves.
 */
export interface Tally {
  readonly total: number;
  readonly commands: number;
}

export type TallyRefusal = 'TooMuch' | 'NameTaken';

export const tallyMemory: StreamMemory<Tally> = {
  initial: { total: 0, commands: 0 },
  language: 1,
  evolve: (tally, events) =>
    events.reduce(
      ({ total, commands }, event) => ({ total: total + Number(event.data['added']), commands: commands + 1 }),
      tally,
    ),
  checkpoint: {
    toJson: ({ total, commands }) => ({ total, commands }),
    fromJson: (json) => ({ total: numberIn(json, 'total'), commands: numberIn(json, 'commands') }),
  },
};

function numberIn(json: JsonValue, name: string): number {
  return typeof json === 'object' && json !== null && name in json
    ? Number((json as Record<string, unknown>)[name])
    : NaN;
}

export const tallyStream = (id: string | number = 1): StreamName => streamName('tally', MAIN, String(id));

export interface AddSketch {
  readonly stream?: StreamName;
  readonly added?: number;
  /** The total may not come to more; needs the whole history where it would be close. */
  readonly atMost?: number;
  readonly claims?: readonly Claim[];
  readonly fingerprint?: string;
  readonly needsHistory?: boolean;
  readonly onClaimTaken?: (key: string, holder: ClaimHolder) => Refusal<TallyRefusal> | undefined;
  /** Hears of every time it is asked to decide. */
  readonly onDecide?: (tally: Tally, history?: readonly RecordedEvent[]) => void;
}

/** The command to add something to a tally. */
export function add(command: string, sketch: AddSketch = {}): Intent<Tally, TallyRefusal> {
  const { stream = tallyStream(), added = 1, atMost = Infinity, claims = [], onClaimTaken } = sketch;
  return {
    stream,
    commandKey: command,
    claimKey: `main/command/${command}`,
    fingerprint: sketch.fingerprint ?? `fingerprint of ${added}`,
    actor: { key: 'key_1', role: 'till', till: '2' },
    correlationId: `correlation-${command}`,
    causationId: null,
    now: 1_790_000_000_000,
    ...(onClaimTaken === undefined ? {} : { onClaimTaken }),
    decide(tally): Draft<Tally> | Refusal<TallyRefusal> | NeedsHistory {
      sketch.onDecide?.(tally);
      return sketch.needsHistory === true ? { kind: 'needsHistory' } : addTo(tally);
    },
    *decideOnHistory(tally, history): Sliced<Draft<Tally> | Refusal<TallyRefusal>> {
      sketch.onDecide?.(tally, history);
      yield;
      return addTo(tally);
    },
  };

  function addTo(tally: Tally): Draft<Tally> | Refusal<TallyRefusal> {
    const total = tally.total + added;
    if (total > atMost) return refuse('TooMuch', `${total} is more than ${atMost}`);
    return {
      kind: 'draft',
      events: [{ type: 'TallyAdded', version: 1, data: { before: tally.total, added, after: total } }],
      claims,
      occurredAt: 1_789_999_999_000,
      effectiveAt: 1_789_999_999_000,
      outcome: { total, nested: { b: [1, 'é'], a: null } },
      next: { total, commands: tally.commands + 1 },
    };
  }
}

/** What is wrong with a tally's stream: nothing, if every event was decided on what the one before left. */
export async function tallyFaults(store: EventStore, stream = tallyStream()): Promise<readonly string[]> {
  const faults: string[] = [];
  const commands = new Set<string>();
  let total = 0;
  for (const [index, { revision, data, append }] of (await gather(store.readStream(stream))).entries()) {
    if (revision !== index) faults.push(`revision ${revision} stands at place ${index}`);
    if (data['before'] !== total)
      faults.push(`revision ${revision} was decided on ${JSON.stringify(data['before'])}, not ${total}`);
    if (commands.has(append.commandKey)) faults.push(`${append.commandKey} was recorded twice`);
    commands.add(append.commandKey);
    total = Number(data['after']);
  }
  return faults;
}
