import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../../../kernel/decision';
import { streamName, type ProgrammeId } from '../../../kernel/ids';
import type { DecisionResult, Draft, Intent } from '../../../platform/decisions/decision-types';
import { runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { Claim, EventStore, NewEvent } from '../../../platform/event-store/event-store';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { ProgrammeDirectory } from './programme-directory';
import type { ProgrammeEvent } from './programme.events';
import { evolveProgramme } from './programme.ledger';
import { programmeMemory } from './programme-memory';
import type { Programme } from './programme.state';

/** How long a write waits until what it recorded is seen by reads of the same process. */
const SEEN_WITHIN_MS = 2_000;

/** Commands to programme streams: one event each, seen by every later read of this process. */
@Injectable()
export class ProgrammeCommands {
  private readonly sessions: StreamSessions<Programme>;

  constructor(
    @Wired('eventStore') store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Inject(ProgrammeDirectory) private readonly directory: ProgrammeDirectory,
  ) {
    this.sessions = new StreamSessions(store, programmeMemory);
  }

  async run<Code extends string>(
    write: KeyedWrite,
    id: ProgrammeId,
    { decide, claims, onClaimTaken }: ProgrammeCommand<Code>,
  ): Promise<DecisionResult<Code>> {
    const now = this.clock();
    const result = await runDecision<Programme, Code>(this.sessions, {
      ...keyedIntent(write, now),
      stream: streamName('programme', write.caller.tenant, id),
      decide: (programme) => {
        const decision = decide(programme, now);
        if (decision.kind === 'refused') return decision;
        return draftOf(programme, decision.facts, claims?.(decision.facts) ?? [], now);
      },
      ...(onClaimTaken === undefined ? {} : { onClaimTaken }),
    });
    if (result.kind === 'recorded') await this.directory.waitFor(result.position, SEEN_WITHIN_MS);
    return result;
  }
}

export interface ProgrammeCommand<Code extends string> {
  decide(programme: Programme, now: number): Decision<ProgrammeEvent, Code>;
  /** Claims beside the command's own. */
  claims?(events: readonly ProgrammeEvent[]): readonly Claim[];
  onClaimTaken?: Intent<Programme, Code>['onClaimTaken'];
}

function draftOf(
  programme: Programme,
  events: readonly ProgrammeEvent[],
  claims: readonly Claim[],
  now: number,
): Draft<Programme> {
  return {
    kind: 'draft',
    events: events.map((event) => event as NewEvent),
    claims,
    occurredAt: now,
    effectiveAt: now,
    outcome: null,
    next: events.reduce(evolveProgramme, programme),
  };
}
