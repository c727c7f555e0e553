import { readdirSync, readFileSync } from 'node:fs';
import { canonicalJson } from '../../libs/kernel/canonical-json';
import type { RecordedAppend, RecordedEvent } from '../../libs/platform/event-store/event-store';
import { declarationsOf } from '../architecture/declarations';
import { filesWithSuffix, inRepository } from '../architecture/repository';
import { readingOf, type Reading } from './reading';

/**
 * One event of every stored type and version, as a store gave it back, and what our code makes of it; one more for each member
 * that has come to it later, which the file is named after. A file never changes once such events are in somebody's log: a new
 * shape is a new version with a file of its own.
 */
interface GoldenEvent {
  readonly stored: Omit<RecordedEvent, 'append'> & { readonly append: Omit<RecordedAppend, 'events'> };
  readonly reading: Reading;
}

const folder = inRepository('test/golden/events');
const goldens = readdirSync(folder)
  .sort()
  .map((file): [string, GoldenEvent] => [file, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as GoldenEvent]);

/** Without the member that has come later. */
const shapeOf = (file: string): string => file.replace(/^(\w+\.v\d+)\.[a-z-]+\.json$/, '$1.json');

function recorded({ stored }: GoldenEvent): RecordedEvent {
  const { type, version, data, append } = stored;
  return { ...stored, append: { ...append, events: [{ type, version, data }] } };
}

/** The golden events of the same stream up to one, in their order. */
function historyOf({ stored }: GoldenEvent): readonly RecordedEvent[] {
  return goldens
    .map(([, golden]) => recorded(golden))
    .filter(({ append, revision }) => append.stream === stored.append.stream && revision <= stored.revision)
    .sort((one, other) => one.revision - other.revision);
}

describe('golden events', () => {
  it('are there for every stored type and version, and for nothing else', () => {
    const catalogue = filesWithSuffix('libs/capabilities', '.events.ts')
      .flatMap(declarationsOf)
      .flatMap(({ literals }) => {
        const [type, version] = [literals.get('type'), literals.get('version')];
        return type === undefined || version === undefined ? [] : [`${type}.v${version}.json`];
      });
    expect([...new Set(goldens.map(([file]) => shapeOf(file)))]).toEqual(catalogue.sort());
  });

  it.each(goldens)('%s', (file, golden) => {
    const { type, version, data } = golden.stored;
    expect(shapeOf(file)).toBe(`${type}.v${version}.json`);
    expect(JSON.parse(canonicalJson(data))).toEqual(data);
    expect(readingOf(historyOf(golden))).toEqual(golden.reading);
  });
});
