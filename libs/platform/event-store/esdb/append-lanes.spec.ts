import { AppendLanes } from './append-lanes';
import type { LibraryClient } from './client-library';

/** A connection whose appends are answered by hand. */
class HeldClient implements LibraryClient {
  readonly held: (() => void)[] = [];
  hungUp = false;

  append(): Promise<{ nextExpectedRevision: bigint }> {
    return new Promise((resolve) => this.held.push(() => resolve({ nextExpectedRevision: 0n })));
  }

  readStream = never;
  readAll = never;
  subscribeToAll = never;

  async dispose(): Promise<void> {
    this.hungUp = true;
  }
}

function never(): never {
  throw new Error('only appends are sent here');
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('connections for appends', () => {
  let clients: HeldClient[];
  let lanes: AppendLanes;
  const send = (abandoned = new AbortController().signal): Promise<unknown> =>
    lanes.send((client) => client.append('a', [], 0n), abandoned);

  beforeEach(() => {
    clients = [];
    lanes = new AppendLanes(() => {
      const client = new HeldClient();
      clients.push(client);
      return client;
    });
  });

  it('never have more on their way than the library sends without queueing', async () => {
    const sent = Array.from({ length: 100 }, () => send());
    await turn();
    expect(clients.map(({ held }) => held.length)).toEqual([15, 15, 15, 15]);
    for (let round = 0; round < 10; round++) {
      for (const { held } of clients) held.splice(0).forEach((answer) => answer());
      await turn();
      expect(Math.max(...clients.map(({ held }) => held.length))).toBeLessThanOrEqual(15);
    }
    await Promise.all(sent);
    expect(clients).toHaveLength(4);
  });

  it('are hung up when an append on them is given up, and made anew for the next', async () => {
    const controller = new AbortController();
    void send(controller.signal);
    await turn();
    controller.abort();
    void send();
    await turn();
    expect(clients.map(({ hungUp }) => hungUp)).toEqual([true, false]);
  });

  it('are not waited for by who has given up: the place goes to the next', async () => {
    const all = Array.from({ length: 60 }, () => send());
    const controller = new AbortController();
    const late = send(controller.signal).catch(() => 'given up');
    const next = send();
    await turn();
    controller.abort();
    clients[0]?.held.shift()?.();
    expect(await late).toBe('given up');
    await turn();
    for (const { held } of clients) held.splice(0).forEach((answer) => answer());
    await Promise.all([...all, next]);
  });
});
