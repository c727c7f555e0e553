import { gather, accountStream, appendNext, appendRequest, positionOf } from '../../testing/append-request';
import { openThroughDoor } from '../../testing/temporary-esdb-store';
import { openTemporaryStore, testSeal, testUnseal, type TemporaryStore } from '../../testing/temporary-store';
import type { LoggedAppend } from './embedded/recorded';
import { kurrentLibrary } from './esdb/kurrent-library';
import type { EventStore, RecordedEvent } from './event-store';
import { copyLog, LogCopyFault, type LogCopyOptions, type LogCopyReport } from './log-copy';

const copy = (from: EventStore, to: LogCopyOptions['to'], more: Partial<LogCopyOptions> = {}): Promise<LogCopyReport> =>
  copyLog({ from, to, unseal: testUnseal, inFlight: 64, headsAtHand: 1_000, ...more });

const seen = async (store: EventStore): Promise<unknown[]> => (await gather(store.readAll())).map(told);
const told = ({ append, index, type, version, data, revision }: RecordedEvent): unknown => {
  const { stream, commandKey, claims, recordedAt, outcome } = append;
  return { stream, revision, index, type, version, data, commandKey, claims, recordedAt, outcome };
};
const links = async (store: EventStore): Promise<string[]> =>
  (await gather(store.readAll())).map(({ append }) => (append as LoggedAppend).previousHash.toString('hex'));

describe('copying a log', () => {
  const opened: { dispose(): Promise<void> }[] = [];
  const open = async (): Promise<TemporaryStore> => {
    const temporary = await openTemporaryStore();
    opened.push(temporary);
    return temporary;
  };
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.dispose();
  });

  /** Claims of all kinds, several events an append, streams that are taken up again. */
  async function history(store: EventStore, rounds = 12): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (let account = 0; account < 4; account++) {
        const key = `main/receipt/${round}-${account}`;
        const data = { round, text: 'Ăn kem 🍦', amounts: [0.1, -5] };
        const events = [{ type: 'PurchaseRecorded', version: 2, data }, 'PointsEarned'];
        await appendNext(store, accountStream(account), { events, claims: [key], outcome: { balance: round } });
      }
    }
    const card = { key: 'main/card/0', sealed: testSeal('main/card/0') };
    await appendNext(store, accountStream(1), { claims: [{ action: 'take', ...card }] });
    await appendNext(store, accountStream(1), { claims: [{ action: 'release', ...card }, 'main/card/1'] });
    await appendNext(store, accountStream(2), { claims: [{ action: 'release', key: 'main/receipt/0-0' }] });
  }

  it('gives a log with the same appends in the same order, the same chains and the same claims', async () => {
    const [{ store: from }, target] = [await open(), await open()];
    await history(from);
    expect(await copy(from, target.store)).toMatchObject({ appends: 51, copied: 51, events: 99, streams: 4 });
    expect(await seen(target.store)).toEqual(await seen(from));
    expect(await links(target.store)).toEqual(await links(from));
    const again = await target.reopen();
    for (const key of ['main/card/0', 'main/card/1', 'main/receipt/0-0', 'main/receipt/3-1']) {
      expect(await again.claimHolder(key)).toEqual(await from.claimHolder(key));
    }
  });

  it('goes on where it was, wherever it was cut off, and is done at once when all is there', async () => {
    const [{ store: from }, { store: to }] = [await open(), await open()];
    await history(from);
    let left = 0;
    const cutOff: LogCopyOptions['to'] = {
      append: async (request) => {
        if (left-- <= 0) throw new Error('cut off');
        return to.append(request);
      },
      readAll: (options) => to.readAll(options),
      headRevision: (stream) => to.headRevision(stream),
    };
    let copied = 0;
    for (const step of [1, 7, 20]) {
      left = step;
      await expect(copy(from, cutOff)).rejects.toThrow('cut off');
      copied += step;
      expect(await seen(to)).toEqual((await seen(from)).slice(0, 2 * copied));
    }
    expect(await copy(from, to)).toMatchObject({ copied: 51 - copied });
    expect(await seen(to)).toEqual(await seen(from));
    expect(await copy(from, to)).toMatchObject({ appends: 51, copied: 0 });
    await appendNext(from, accountStream(3));
    expect(await copy(from, to)).toMatchObject({ appends: 52, copied: 1 });
  });

  it('keeps the order also where the target no longer has the heads of streams at hand', async () => {
    const [{ store: from }, target] = [await open(), await openTemporaryStore({ cachedHeads: 3 })];
    opened.push(target);
    await history(from);
    await copy(from, target.store, { headsAtHand: 3 });
    expect(await seen(target.store)).toEqual(await seen(from));
  });

  it('S.3 moves a log to EventStoreDB and back, through the real client', async () => {
    const [{ store: from }, { store: back }] = [await open(), await open()];
    await history(from, 4);
    const server = await openThroughDoor(kurrentLibrary);
    opened.push(server);
    expect(await copy(from, server.store, { inFlight: 1 })).toMatchObject({ appends: 19, copied: 19 });
    expect(await seen(server.store)).toEqual(await seen(from));
    for (const key of ['main/card/0', 'main/card/1', 'main/receipt/0-0', 'main/receipt/3-1']) {
      expect(await server.store.claimHolder(key)).toEqual(await from.claimHolder(key));
    }
    expect(await copy(from, server.store, { inFlight: 1 })).toMatchObject({ copied: 0 });
    expect(await copy(server.store, back)).toMatchObject({ appends: 19, copied: 19 });
    expect(await seen(back)).toEqual(await seen(from));
    expect(await links(back)).toEqual(await links(from));
  });

  it('says where the target is no copy', async () => {
    const [{ store: from }, { store: other }, { store: longer }] = [await open(), await open(), await open()];
    const request = appendRequest(accountStream('a'), -1);
    positionOf(await from.append(request));
    positionOf(await other.append({ ...request, commandKey: 'another' }));
    await expect(copy(from, other)).rejects.toThrow(
      new LogCopyFault('the chain of account-main.a differs in the target'),
    );
    await appendNext(longer, accountStream('b'));
    await expect(copy(from, longer)).rejects.toThrow(
      new LogCopyFault('the target holds account-main.b, which the source does not'),
    );
    const claim = { claims: ['main/receipt/1'] };
    await appendNext(from, accountStream('c'), claim);
    await appendNext(longer, accountStream('b'), claim);
    await expect(copy(from, longer)).rejects.toThrow('main/receipt/1 is held by account-main.b');
  });

  it('keeps sealed claims of persons who were erased, held by nobody', async () => {
    const [{ store: from }, { store: to }] = [await open(), await open()];
    await history(from, 1);
    await copy(from, to, { unseal: async () => undefined });
    expect(await links(to)).toEqual(await links(from));
    expect(await to.claimHolder('main/card/0')).toBeUndefined();
  });
});
