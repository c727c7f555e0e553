import type { StreamName } from '../../../kernel/ids';
import type { StreamNamesPage } from '../event-store';
import { isStreamOfClaims } from './claim-streams';
import type { ServerCalls } from './server-calls';
import { placeInAppend } from './stored-form';

interface Listing {
  /** Of the newest event that was looked at. */
  position: number;
  readonly names: Set<StreamName>;
  /** In the order of their bytes; undefined after a name was added. */
  sorted: readonly StreamName[] | undefined;
  reading: Promise<void>;
}

const PAGE = 1_000;

/**
 * Names of streams, which the server does not list: derived from the first event of each, read once for a category of a
 * tenant and then kept up in memory (about 100 bytes a name).
 */
export class StreamNames {
  private readonly listings = new Map<string, Listing>();

  constructor(private readonly calls: ServerCalls) {}

  async page({ prefix, after, limit }: StreamNamesPage): Promise<readonly StreamName[]> {
    const listing = this.listingOf(prefix.slice(0, prefix.indexOf('.') + 1) || prefix);
    const reading = listing.reading.then(() => this.readOn(listing, prefix));
    listing.reading = reading.catch(() => undefined);
    await reading;
    listing.sorted ??= [...listing.names].sort();
    const { sorted } = listing;
    const names: StreamName[] = [];
    for (let at = firstAfter(sorted, after ?? '', prefix); at < sorted.length && names.length < limit; at++) {
      const name = sorted[at];
      if (name?.startsWith(prefix) !== true) break;
      names.push(name);
    }
    return names;
  }

  private listingOf(scope: string): Listing {
    const known = this.listings.get(scope);
    if (known !== undefined) return known;
    const listing = { position: -1, names: new Set<StreamName>(), sorted: undefined, reading: Promise.resolve() };
    this.listings.set(scope, listing);
    return listing;
  }

  private async readOn(listing: Listing, prefix: string): Promise<void> {
    const scope = prefix.slice(0, prefix.indexOf('.') + 1) || prefix;
    for (;;) {
      const streams = { prefixes: [scope] };
      const page = await this.calls.readAll({ from: listing.position, direction: 'forward', count: PAGE, streams });
      for (const event of page) {
        if (!event.stream.startsWith(scope) || isStreamOfClaims(event.stream) || placeInAppend(event) !== 0) continue;
        if (listing.names.has(event.stream as StreamName)) continue;
        listing.names.add(event.stream as StreamName);
        listing.sorted = undefined;
      }
      listing.position = page.at(-1)?.position ?? listing.position;
      if (page.length < PAGE) return;
    }
  }
}

/** The first place of a sorted list that is behind `after` and not before `prefix`. */
function firstAfter(sorted: readonly StreamName[], after: string, prefix: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const name = sorted[middle] ?? '';
    if (name <= after || name < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
