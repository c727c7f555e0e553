import { fromStored, lengthOfAppend, placeInAppend, type ReadAppend, type StoredEvent } from './stored-form';

/** What to do with events that are not ours, or no longer whole. */
export type OnForeign = (events: readonly StoredEvent[], reason: string) => void;

/** Reads the whole append that an event is a later part of; undefined where its beginning is gone. */
export type WholeAppend = (part: StoredEvent) => Promise<ReadAppend | undefined>;

/**
 * Puts events that come in the order of the log together to appends again. Those of one append lie side by side; an append
 * whose beginning was not shown is read anew. Events of the server itself (`$…`) are passed over in silence.
 */
export class AppendGroups {
  private gathered: StoredEvent[] = [];
  /** An append of which later parts come, read as a whole. */
  private resumed: ReadAppend | undefined;

  constructor(
    private readonly onForeign: OnForeign,
    private readonly wholeAppend: WholeAppend,
  ) {}

  /** True while an append is not whole: nothing may be said about positions from its beginning on. */
  get pending(): boolean {
    return this.gathered.length > 0 || this.resumed !== undefined;
  }

  /** The append that this event completes. */
  async take(event: StoredEvent): Promise<ReadAppend | undefined> {
    if (isOfTheServer(event)) return undefined;
    if (!this.continues(event)) this.dropGathered();
    if (this.gathered.length === 0 && placeInAppend(event) !== 0) return this.takeLaterPart(event);
    this.gathered.push(event);
    const [first] = this.gathered;
    const length = first && lengthOfAppend(first);
    if (length !== undefined && this.gathered.length < length) return undefined;
    const whole = this.gathered;
    this.gathered = [];
    return readWhole(whole, this.onForeign);
  }

  private async takeLaterPart(event: StoredEvent): Promise<ReadAppend | undefined> {
    if (this.resumed?.append.stream !== event.stream) this.resumed = undefined;
    if (placeInAppend(event) !== undefined) this.resumed ??= await this.wholeAppend(event);
    if (this.resumed === undefined) {
      this.onForeign([event], 'not the first event of an append');
      return undefined;
    }
    const whole = this.resumed;
    if (event.position < whole.append.position) return undefined;
    this.resumed = undefined;
    return whole;
  }

  private continues(event: StoredEvent): boolean {
    const last = this.gathered.at(-1);
    return last === undefined || (last.stream === event.stream && last.revision + 1 === event.revision);
  }

  private dropGathered(): void {
    const part = this.gathered;
    this.gathered = [];
    if (part.length > 0) this.onForeign(part, 'not all events of an append');
  }
}

/** The same for events that come from the end of the log towards its beginning. */
export class BackwardGroups {
  private gathered: StoredEvent[] = [];

  constructor(
    private readonly onForeign: OnForeign,
    private readonly wholeAppend: WholeAppend,
  ) {}

  /** The append that this event, its first one, completes. */
  async take(event: StoredEvent): Promise<ReadAppend | undefined> {
    if (isOfTheServer(event)) return undefined;
    this.gathered.push(event);
    const place = placeInAppend(event);
    if (place !== undefined && place > 0) return undefined;
    const part = this.gathered.reverse();
    this.gathered = [];
    const length = lengthOfAppend(event);
    // What was asked for ends within this append.
    if (length !== undefined && part.length < length) return this.wholeAppend(event);
    return readWhole(part, this.onForeign);
  }
}

const isOfTheServer = ({ type, stream }: StoredEvent): boolean => type.startsWith('$') || stream.startsWith('$');

function readWhole(stored: readonly StoredEvent[], onForeign: OnForeign): ReadAppend | undefined {
  const read = fromStored(stored);
  if (read.kind === 'append') return read;
  onForeign(stored, read.reason);
  return undefined;
}

/** Counts what was passed over and names the first of it. */
export class ForeignEvents {
  private counted = 0;
  private readonly named = new Map<string, string>();

  get count(): number {
    return this.counted;
  }

  /** Streams and what is wrong with them, the first few. */
  get examples(): ReadonlyMap<string, string> {
    return this.named;
  }

  readonly add: OnForeign = (events, reason) => {
    this.counted += events.length;
    const stream = events[0]?.stream;
    if (stream === undefined || this.named.size >= MAX_EXAMPLES || this.named.has(stream)) return;
    this.named.set(stream, reason);
  };
}

const MAX_EXAMPLES = 20;
