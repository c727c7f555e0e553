import type { Driver, StreamSelection, SubscriptionStep } from '../platform/event-store/esdb/driver';
import type { StoredEvent } from '../platform/event-store/esdb/stored-form';

/**
 * A part of a real server that looks like an empty one: every stream has a scope before its name, and what is out of scope is
 * not there. Such a server cannot be emptied between two tests.
 */
export function scopedDriver(driver: Driver, scope: string): Driver {
  const inScope = ({ stream }: StoredEvent): boolean => stream.startsWith(scope);
  const bare = (event: StoredEvent): StoredEvent => ({ ...event, stream: event.stream.slice(scope.length) });
  const selected = (streams: StreamSelection): StreamSelection =>
    'pattern' in streams
      ? { pattern: `^${scope}${streams.pattern.slice(1)}` }
      : { prefixes: streams.prefixes.map((prefix) => scope + prefix) };
  const shown = (steps: readonly SubscriptionStep[]): SubscriptionStep[] =>
    steps.map((step) => {
      if (step.kind !== 'event') return step;
      return inScope(step.event)
        ? { kind: 'event', event: bare(step.event) }
        : { kind: 'checkpoint', position: step.event.position };
    });
  return {
    append: (stream, expected, events, abandoned) => driver.append(scope + stream, expected, events, abandoned),
    readStream: async (stream, page) => (await driver.readStream(scope + stream, page)).map(bare),
    readAll: async (page) => {
      const events = await driver.readAll({ ...page, streams: selected(page.streams) });
      return events.filter(inScope).map(bare);
    },
    subscribe: (after, streams) => {
      const subscription = driver.subscribe(after, selected(streams));
      return { next: async () => shown(await subscription.next()), close: () => subscription.close() };
    },
    dispose: () => driver.dispose(),
  };
}
