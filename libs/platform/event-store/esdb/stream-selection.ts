import type { EventFilter, RecordedEvent } from '../event-store';
import { EventMatch } from '../embedded/event-match';
import type { StreamSelection } from './driver';
import { CLAIM_CATEGORY, IDENTITIES_CATEGORY, isStreamOfClaims } from './claim-streams';

/** All but the server's own and those of claims: what other people wrote comes too, and is counted. */
const OURS = `^(?!\\$|${CLAIM_CATEGORY}-|${IDENTITIES_CATEGORY}-)`;
const ALL_STREAMS: StreamSelection = { pattern: OURS };

/**
 * A filter for the server, which sees names of streams only, so that appends always come whole; and the same again for
 * us, types included, because the older library asks the server for everything.
 */
export class SelectedEvents {
  readonly streams: StreamSelection;
  private readonly match: EventMatch;
  private readonly types: ReadonlySet<string> | undefined;

  constructor(private readonly filter: EventFilter = {}) {
    this.match = new EventMatch(filter);
    this.types = filter.types && new Set(filter.types);
    this.streams = selectionOf(this.match.streamPrefixes, filter);
  }

  /** True where nothing ever matches. */
  get isEmpty(): boolean {
    return this.filter.categories?.length === 0 || this.filter.types?.length === 0;
  }

  matches({ type, append: { stream } }: RecordedEvent): boolean {
    return !isStreamOfClaims(stream) && this.match.matchesStream(stream) && (this.types?.has(type) ?? true);
  }
}

function selectionOf(prefixes: readonly string[] | undefined, { tenant }: EventFilter): StreamSelection {
  if (prefixes !== undefined && prefixes.length > 0) return { prefixes };
  return tenant === undefined ? ALL_STREAMS : { pattern: `${OURS}[a-z0-9]+-${tenant}\\.` };
}
