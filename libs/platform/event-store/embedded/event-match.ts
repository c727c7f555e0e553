import type { EventFilter, RecordedEvent } from '../event-store';
import { recordedEvents, type ReadableRecord } from './recorded';

/** A filter made ready to be asked for every record: by stream first, which needs no parsing. */
export class EventMatch {
  private readonly categories: ReadonlySet<string> | undefined;
  private readonly types: ReadonlySet<string> | undefined;
  private readonly tenantPart: string | undefined;

  constructor(private readonly filter: EventFilter = {}) {
    this.categories = filter.categories && new Set(filter.categories);
    this.types = filter.types && new Set(filter.types);
    this.tenantPart = filter.tenant === undefined ? undefined : `-${filter.tenant}.`;
  }

  /** What the names of all streams asked for start with, where the filter says so. */
  get streamPrefixes(): readonly string[] | undefined {
    return this.filter.categories?.map((category) => category + (this.tenantPart ?? '-'));
  }

  matchesStream(stream: string): boolean {
    if (this.categories === undefined && this.tenantPart === undefined) return true;
    const hyphen = stream.indexOf('-');
    if (this.categories !== undefined && !this.categories.has(stream.slice(0, hyphen))) return false;
    return this.tenantPart === undefined || stream.startsWith(this.tenantPart, hyphen);
  }

  /** Adds the events of a record that are asked for and lie between two positions, both exclusive. */
  collect(record: ReadableRecord, after: number, before: number, into: RecordedEvent[]): void {
    if (!this.matchesStream(record.stream)) return;
    for (const event of recordedEvents(record)) {
      const { position } = event;
      if (position > after && position < before && (this.types === undefined || this.types.has(event.type)))
        into.push(event);
    }
  }
}
