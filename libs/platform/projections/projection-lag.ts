import type { EventStore } from '../event-store/event-store';

/** How far a read model at `position` is behind a log that ends at `end`. */
export interface ProjectionLag {
  readonly lagEvents: number;
  /** Since the next event of these types was recorded, 0 when there is none. */
  readonly lagSeconds: number;
}

export async function lagAt(
  source: Pick<EventStore, 'readAll'>,
  { position, end, types, now }: { position: number; end: number; types: readonly string[]; now: number },
): Promise<ProjectionLag> {
  const lagEvents = Math.max(0, end - position);
  if (lagEvents === 0) return { lagEvents, lagSeconds: 0 };
  for await (const events of source.readAll({ after: position, limit: 1, filter: { types } })) {
    const next = events[0];
    if (next !== undefined) return { lagEvents, lagSeconds: Math.max(0, now - next.append.recordedAt) / 1_000 };
  }
  return { lagEvents, lagSeconds: 0 };
}
