import { EsdbDoor } from '../platform/esdb-door/esdb-door';
import { DataDirectory } from '../platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../platform/event-store/embedded/embedded-event-store';
import { OpenedParts } from '../platform/process/opened-parts';
import { runProcess } from '../platform/process/run-process';

/** `node esdb-door-process.js DIR`: a log behind a door that anybody may write through, in place of an EventStoreDB. */
void runProcess(async () => {
  const opened = new OpenedParts();
  const directory = await DataDirectory.open(process.argv[2] ?? '');
  opened.push(() => directory.close());
  const unseal = (): Promise<undefined> => Promise.resolve(undefined);
  const store = await EmbeddedEventStore.open({ log: directory.log, indexPath: directory.index, unseal });
  opened.push(() => store.close());
  const door = await EsdbDoor.open({ store, port: 0, writable: true, unseal, clock: Date.now });
  opened.push(() => door.close());
  process.stdout.write(`${JSON.stringify({ url: `esdb://127.0.0.1:${door.port}?tls=false` })}\n`);
  return { close: () => opened.close() };
});
