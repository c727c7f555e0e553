import type { ProgrammeId, TenantId } from '../../../kernel/ids';
import { streamParts } from '../../../kernel/ids';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import { LogFollower } from '../../../platform/projections/log-follower';
import type { ProgrammeDocument } from '../language/programme-document';
import type { ProgrammeEvent } from './programme.events';
import { evolveProgramme } from './programme.ledger';
import { initialProgramme, type Programme } from './programme.state';
import type { TermsSource } from './terms-source';
import { programmeTimeline, termsOf, type ProgrammeTimeline, type Terms } from './terms';
import { checkZone, compileZone } from './zone-table';

export interface ListedProgramme {
  readonly id: ProgrammeId;
  readonly programme: Programme;
  /** Of its stream. */
  readonly revision: number;
}

const FILTER = { categories: ['programme'] };

/**
 * All programmes of all tenants, compiled, in memory, following the log. It may lag by moments: an activation is in force
 * five minutes after it is recorded at the earliest, and the first activations are guarded by claims.
 */
export class ProgrammeDirectory implements TermsSource {
  private readonly tenants = new Map<TenantId, TenantProgrammes>();
  private follower: LogFollower | undefined;

  private constructor() {}

  /** Answers when everything recorded so far is known. */
  static async start(store: EventStore): Promise<ProgrammeDirectory> {
    const directory = new ProgrammeDirectory();
    directory.follower = await LogFollower.start(store, FILTER, (events) => directory.take(events));
    return directory;
  }

  termsOf(tenant: TenantId): Terms {
    return this.tenants.get(tenant)?.terms ?? noTerms;
  }

  openingsOf(tenant: TenantId): number {
    return this.tenants.get(tenant)?.openings ?? 0;
  }

  documentOf(tenant: TenantId, programme: string, revision: number): ProgrammeDocument | undefined {
    return this.find(tenant, programme)?.programme.revisions[revision - 1];
  }

  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.follower?.waitFor(position, timeoutMs) ?? Promise.resolve(false);
  }

  /** In the order of their ids. */
  listOf(tenant: TenantId): readonly ListedProgramme[] {
    const known = this.tenants.get(tenant)?.programmes ?? new Map<string, FollowedProgramme>();
    return [...known.values()].map(({ listed }) => listed).sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  find(tenant: TenantId, id: string): ListedProgramme | undefined {
    return this.tenants.get(tenant)?.programmes.get(id)?.listed;
  }

  /** Why it cannot follow the log at the moment; undefined while it does. */
  get paused(): unknown {
    return this.follower?.paused;
  }

  async stop(): Promise<void> {
    await this.follower?.stop();
  }

  private take(events: readonly RecordedEvent[]): void {
    // Before anything is taken: a batch that fails is given again.
    for (const event of events) checkStoredZone(event as RecordedEvent & ProgrammeEvent);
    const touched = new Set<TenantProgrammes>();
    for (const event of events) {
      const { tenant, id } = streamParts(event.append.stream);
      let programmes = this.tenants.get(tenant);
      if (programmes === undefined) this.tenants.set(tenant, (programmes = new TenantProgrammes()));
      programmes.take(id as ProgrammeId, event);
      touched.add(programmes);
    }
    for (const programmes of touched) programmes.compile();
  }
}

function checkStoredZone({ type, data }: ProgrammeEvent): void {
  if (type === 'ProgrammeRevisionPublished' && data.zone !== undefined) checkZone(data.zone);
}

const noTerms = termsOf([]);

interface FollowedProgramme {
  readonly listed: ListedProgramme;
  readonly events: readonly ProgrammeEvent[];
  /** Undefined until it is compiled anew. */
  timeline: ProgrammeTimeline | undefined;
}

class TenantProgrammes {
  readonly programmes = new Map<string, FollowedProgramme>();
  terms: Terms = noTerms;
  openings = 0;

  take(id: ProgrammeId, recorded: RecordedEvent): void {
    const event = recorded as RecordedEvent & ProgrammeEvent;
    const known = this.programmes.get(id);
    const programme = evolveProgramme(known?.listed.programme ?? initialProgramme, event);
    this.programmes.set(id, {
      listed: { id, programme, revision: event.revision },
      events: [...(known?.events ?? []), event],
      timeline: undefined,
    });
    if (event.type === 'ProgrammeActivated' && event.data.opening !== null) this.openings++;
  }

  compile(): void {
    for (const [id, followed] of this.programmes) {
      followed.timeline ??= programmeTimeline(id, followed.events, compileZone);
    }
    this.terms = termsOf([...this.programmes.values()].flatMap(({ timeline }) => timeline ?? []));
  }
}
