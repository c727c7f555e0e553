import { join } from 'node:path';
import { accountStream, appendNext, gather } from '../../../testing/append-request';
import { openTemporaryStore, type TemporaryStore } from '../../../testing/temporary-store';
import type { RecordedEvent } from '../event-store';
import { LogView } from './log-view';

let place: TemporaryStore;
let view: LogView;
beforeEach(async () => {
  place = await openTemporaryStore({ segmentBytes: 64 * 1024 });
  view = LogView.open({
    logDirectory: join(place.directory, 'log'),
    indexPath: join(place.directory, 'index.db'),
    endPosition: -1,
  });
});
afterEach(async () => {
  await view.close();
  await place.dispose();
});

const seen = ({ type, position, revision, data, append }: RecordedEvent) => ({
  type,
  position,
  revision,
  data,
  stream: append.stream,
  commandKey: append.commandKey,
});

async function write(appends: number): Promise<number> {
  let end = -1;
  for (let append = 0; append < appends; append++) {
    const events = ['A', { type: 'B', version: 1, data: { text: 'x'.repeat(1_000) } }];
    end = await appendNext(place.store, accountStream(append % 7), { events });
  }
  return end;
}

/** What a subscription shows up to a position. */
async function subscribed(after: number, upTo: number, types?: readonly string[]): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of view.subscribe({ after, ...(types && { filter: { types } }) })) {
    events.push(...batch.events);
    if (batch.position >= upTo) break;
  }
  return events;
}

describe('a view of the log beside its writer', () => {
  it('shows from any position on what the store itself shows, over many segments', async () => {
    const end = await write(200);
    view.moveEnd(end);
    const all = await gather(place.store.readAll());
    for (const after of [-1, 0, 1, 57, 198, end - 1]) {
      const expected = all.filter(({ position }) => position > after);
      expect((await subscribed(after, end)).map(seen)).toEqual(expected.map(seen));
      expect((await gather(view.readAll({ after }))).map(seen)).toEqual(expected.map(seen));
      const onlyB = expected.filter(({ type }) => type === 'B');
      expect((await subscribed(after, end, ['B'])).map(seen)).toEqual(onlyB.map(seen));
    }
  });

  it('shows nothing beyond what it was told is durable, and goes on when it is told more', async () => {
    const end = await write(50);
    view.moveEnd(40);
    expect((await subscribed(-1, 40)).at(-1)?.position).toBe(40);
    expect((await gather(view.readAll())).length).toBe(41);
    expect(await view.endPosition()).toBe(40);
    const waiting = subscribed(40, end);
    view.moveEnd(end);
    expect((await waiting).map(({ position }) => position)).toEqual(Array.from({ length: end - 40 }, (_, i) => 41 + i));
  });

  it('ends a subscription that waits when it is told to', async () => {
    const ending = new AbortController();
    const batches = view.subscribe({ after: -1, signal: ending.signal })[Symbol.asyncIterator]();
    const next = batches.next();
    ending.abort();
    expect((await next).done).toBe(true);
  });
});
