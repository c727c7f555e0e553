import { setTimeout as delay } from 'node:timers/promises';
import type { ProgrammeId, TenantId } from '../../../kernel/ids';
import { streamParts } from '../../../kernel/ids';
import { BEGINNING, type EventStore, type RecordedEvent } from '../../../platform/event-store/event-store';
import { PositionWaiters } from '../../../platform/projections/position-waiters';
import type { ProgrammeDocument } from '../language/programme-document';
import type { ProgrammeEvent } from './programme.events';
import { evolveProgramme } from './programme.ledger';
import { initialProgramme, type Programme } from './programme.state';
import type { TermsSource } from './terms-source';
import { programmeTimeline, termsOf, type ProgrammeTimeline, type Terms } from './terms';

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
  private readonly waiters = new PositionWaiters();
  private readonly ending = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private trouble: unknown;

  private constructor(private readonly store: EventStore) {}

  /** Answers when everything recorded so far is known. */
  static async start(store: EventStore): Promise<ProgrammeDirectory> {
    const directory = new ProgrammeDirectory(store);
    const end = await store.endPosition();
    for await (const events of store.readAll({ filter: FILTER })) directory.take(events, BEGINNING);
    directory.waiters.reach(end);
    directory.following = directory.follow();
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
    return this.waiters.waitFor(position, timeoutMs);
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
    return this.trouble;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.following;
    this.waiters.end();
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        for await (const { events, position } of this.store.subscribe({
          after: this.waiters.position,
          filter: FILTER,
          signal,
        })) {
          this.trouble = undefined;
          this.take(events, this.waiters.position);
          this.waiters.reach(position);
        }
      } catch (error) {
        this.trouble = error;
      }
      await delay(100, undefined, { signal }).catch(() => undefined);
    }
  }

  /** `after`: what lies at or before it is known already. */
  private take(events: readonly RecordedEvent[], after: number): void {
    const touched = new Set<TenantProgrammes>();
    for (const event of events) {
      if (event.position <= after) continue;
      const { tenant, id } = streamParts(event.append.stream);
      let programmes = this.tenants.get(tenant);
      if (programmes === undefined) this.tenants.set(tenant, (programmes = new TenantProgrammes()));
      programmes.take(id as ProgrammeId, event);
      touched.add(programmes);
    }
    for (const programmes of touched) programmes.compile();
  }
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
    for (const [id, followed] of this.programmes) followed.timeline ??= programmeTimeline(id, followed.events);
    this.terms = termsOf([...this.programmes.values()].flatMap(({ timeline }) => timeline ?? []));
  }
}
