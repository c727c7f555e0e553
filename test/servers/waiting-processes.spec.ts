import { setTimeout as sleep } from 'node:timers/promises';
import { makeStarter } from '../../apps/local/starter';
import { SukiApi } from '../../libs/client';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { ownPostgres, type OwnServer } from '../../libs/testing/servers';
import { freePort, ServedProcesses, type ServerProcess } from './server-processes';

interface Readiness {
  readonly status: number;
  /** Names of the parts that fail. */
  readonly failing: readonly string[];
  readonly detail?: string;
}

async function readiness(url: string): Promise<Readiness | undefined> {
  const response = await fetch(`${url}/health/ready`).catch(() => undefined);
  if (response === undefined) return undefined;
  const report = (await response.json()) as {
    readonly detail?: string;
    readonly parts?: readonly { readonly name: string; readonly ok: boolean }[];
  };
  const failing = (report.parts ?? []).filter(({ ok }) => !ok).map(({ name }) => name);
  return { status: response.status, failing, ...(report.detail !== undefined && { detail: report.detail }) };
}

async function readinessOnce(url: string, isSo: (found: Readiness) => boolean): Promise<Readiness> {
  for (;;) {
    const found = await readiness(url);
    if (found !== undefined && isSo(found)) return found;
    await sleep(50);
  }
}

describe('S.1 processes and the servers they share', () => {
  let postgres: OwnServer;
  let processes: ServedProcesses;
  let api: ServerProcess;
  let projector: ServerProcess;
  let apiUrl: string;
  let projectorUrl: string;
  beforeAll(async () => {
    postgres = await ownPostgres();
    await postgres.stop();
    processes = await ServedProcesses.open(postgres.address);
    const [apiPort, projectorPort] = [await freePort(), await freePort()];
    api = processes.startApi(apiPort);
    projector = processes.startProjector(projectorPort);
    apiUrl = `http://127.0.0.1:${apiPort}`;
    projectorUrl = `http://127.0.0.1:${projectorPort}`;
  });
  afterAll(async () => {
    await processes.close();
    await postgres.remove();
  });

  it('wait for a PostgreSQL that is not there yet, say so, and begin when it is', async () => {
    const waits = ({ detail = '' }: Readiness): boolean => detail.includes('waits for');
    expect(await readinessOnce(apiUrl, waits)).toMatchObject({
      status: 503,
      detail: expect.stringContaining('its keys'),
    });
    expect(await readinessOnce(projectorUrl, waits)).toMatchObject({
      status: 503,
      detail: expect.stringContaining('the read models'),
    });
    await postgres.start();
    expect([await api.ready, await projector.ready]).toEqual([apiUrl, projectorUrl]);
    for (const url of [apiUrl, projectorUrl]) await readinessOnce(url, ({ status }) => status === 200);
    await makeStarter(new SukiApi(apiUrl, processes.admin));
    await balanceOf(await enrolled('before'), 10);
  });

  it('name the part that is gone, and go on when it is back', async () => {
    const customer = await enrolled('while');
    await postgres.kill();
    const gone = ({ failing }: Readiness): boolean => failing.includes('read models');
    for (const url of [apiUrl, projectorUrl]) expect(await readinessOnce(url, gone)).toMatchObject({ status: 503 });
    await postgres.start();
    for (const url of [apiUrl, projectorUrl]) await readinessOnce(url, ({ status }) => status === 200);
    await balanceOf(customer, 10);
  });

  it('answer on SIGTERM what they have begun, and end with 0', async () => {
    const customer = await enrolled('last');
    const sent = Array.from({ length: 60 }, (_, n) => buy(customer, `last-${n}`).catch(() => undefined));
    await Promise.race(sent);
    expect(await Promise.all([api.end('SIGTERM'), projector.end('SIGTERM')])).toEqual([0, 0]);
    const answered = (await Promise.all(sent)).filter((status) => status === 201).length;
    expect(answered).toBeGreaterThan(0);
    expect(await purchasesOf(customer)).toBe(answered);
  });

  async function enrolled(card: string): Promise<string> {
    const answer = await new SukiApi(apiUrl, processes.admin).post('/v1/customers', { card }, `enrol-${card}`);
    if (answer.kind !== 'answered') throw new Error(answer.detail);
    return (answer.body as { readonly customerId: string }).customerId;
  }

  async function buy(customer: string, receipt: string): Promise<number> {
    const response = await fetch(`${apiUrl}/v1/purchases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${processes.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        outlet: 'manila-1',
        till: '1',
        receipt,
        occurredAt: new Date().toISOString(),
        customer: { id: customer },
        currency: 'PHP',
        lines: [{ sku: 'ANY', quantity: 1, amount: 1_000 }],
      }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Buys for so many pesos and waits until the read model has it. */
  async function balanceOf(customer: string, points: number): Promise<void> {
    expect(await buy(customer, `of-${customer}`)).toBe(201);
    for (;;) {
      const answer = await new SukiApi(apiUrl, processes.admin).get(`/v1/customers/${customer}/account`);
      const { balances = [] } = (answer.kind === 'answered' ? answer.body : {}) as {
        readonly balances?: readonly { readonly available: number }[];
      };
      if (balances[0]?.available === points) return;
      await sleep(50);
    }
  }

  async function purchasesOf(customer: string): Promise<number> {
    const store = openEsdbStore(processes.log, { unseal: () => Promise.resolve(undefined) });
    let found = 0;
    for await (const events of store.readAll({ filter: { categories: ['account'] } })) {
      found += events.filter(
        ({ type, append }) => type === 'PurchaseRecorded' && append.stream.endsWith(customer),
      ).length;
    }
    await store.close();
    return found;
  }
});
