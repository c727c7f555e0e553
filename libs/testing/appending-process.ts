import { writeSync } from 'node:fs';
import type { EventStore } from '../platform/event-store/event-store';
import { accountStream, appendRequest } from './append-request';
import { EmbeddedEventStore } from '../platform/event-store/embedded/embedded-event-store';

/** One line of what an appending client was told is recorded. */
export interface Acknowledged {
  readonly client: number;
  readonly revision: number;
  readonly commandKey: string;
  readonly key: string;
}

/** Appends to a stream of its own, each with a claim, one after another, and tells of each as soon as it is answered. */
export async function appendForEver(
  store: EventStore,
  client: number,
  tell: (acknowledged: Acknowledged) => void,
): Promise<void> {
  const stream = accountStream(`client-${client}`);
  for (let revision = (await store.headRevision(stream)) + 1; ; revision += 2) {
    const commandKey = `client-${client}~${revision}`;
    const key = `main/receipt/${commandKey}`;
    const request = appendRequest(stream, revision - 1, { commandKey, events: ['One', 'Two'], claims: [key] });
    const result = await store.append(request);
    if (result.kind !== 'appended') throw new Error(`expected to append, got ${JSON.stringify(result)}`);
    tell({ client, revision, commandKey, key });
  }
}

/** What was acknowledged and is not there, word for word; empty where nothing was lost. */
export async function findLost(store: EventStore, told: readonly Acknowledged[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { client, revision, commandKey, key } of told) {
    const append = await store.readAppend(accountStream(`client-${client}`), revision);
    if (append?.firstRevision !== revision || append.commandKey !== commandKey) lost.push(`append ${commandKey}`);
    if ((await store.claimHolder(key))?.commandKey !== commandKey) lost.push(`claim ${key}`);
  }
  return lost;
}

/** A process of its own: appends with several clients to the store in its argument until it is killed. */
async function run(directory: string, clients: number): Promise<void> {
  const store = await EmbeddedEventStore.open({
    log: `${directory}/log`,
    indexPath: `${directory}/index.db`,
    unseal: () => Promise.resolve(undefined),
    segmentBytes: 256 * 1024,
  });
  const tell = (acknowledged: Acknowledged): void => void writeSync(1, `${JSON.stringify(acknowledged)}\n`);
  await Promise.all(Array.from({ length: clients }, (_, client) => appendForEver(store, client, tell)));
}

if (require.main === module) void run(process.argv[2] ?? '', Number(process.argv[3]));
