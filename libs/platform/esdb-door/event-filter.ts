import type { RecordedEvent } from '../event-store/event-store';
import type { ReadReq } from './protocol';
import { unreadable } from './refusals';

export interface FilterOfReader {
  matches(event: RecordedEvent): boolean;
  /** A checkpoint after so many positions looked at. */
  readonly checkpointInterval: number;
  /** Categories outside of which nothing can match; undefined where there are no such. */
  readonly categories: readonly string[] | undefined;
}

/** Looks at so many events at a time where the reader does not say. */
const SEARCH_WINDOW = 32;
const MAX_REGEX = 1_000;

/** @throws CallRefused for an expression that is none. */
export function filterOf(options: ReadReq.Options.FilterOptions): FilterOfReader {
  const byStream = options.getStreamIdentifier();
  const expression = byStream ?? options.getEventType();
  if (expression === undefined) throw unreadable('a filter asks for streams or for event types');
  const test = textTest(expression);
  const max = options.getMax();
  const window = max > 0 ? max : SEARCH_WINDOW;
  return {
    matches: byStream === undefined ? ({ type }) => test(type) : ({ append }) => test(append.stream),
    checkpointInterval: window * Math.max(1, options.getCheckpointintervalmultiplier()),
    categories:
      byStream === undefined || byStream.getRegex() !== '' ? undefined : categoriesOf(byStream.getPrefixList()),
  };
}

function textTest(expression: ReadReq.Options.FilterOptions.Expression): (text: string) => boolean {
  const source = expression.getRegex();
  const prefixes = expression.getPrefixList();
  if (source === '') {
    if (prefixes.length === 0) throw unreadable('a filter needs prefixes or a regular expression');
    return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  }
  if (source.length > MAX_REGEX) throw unreadable(`a regular expression of more than ${MAX_REGEX} characters`);
  try {
    const regex = new RegExp(source);
    return (text) => regex.test(text);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

/** `account-main.` and `account-` stay within a category, `acc` does not. */
function categoriesOf(prefixes: readonly string[]): readonly string[] | undefined {
  const categories = prefixes.map((prefix) => /^([^-]+)-/.exec(prefix)?.[1]);
  return categories.includes(undefined) ? undefined : categories.filter((category) => category !== undefined);
}
