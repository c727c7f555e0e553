import { makeStarter, putInForce } from '../../apps/local/starter';
import { SukiApi, type ApiAnswer, type ApiRefusal } from '../../libs/client';
import type { ProgrammeDocument } from '../../libs/capabilities/programmes';
import { openEsdbStore } from '../../libs/platform/event-store/esdb/kurrent-library';
import { temporaryDatabase, type TemporaryDatabase } from '../../libs/testing/temporary-database';
import { soon } from '../../libs/testing/soon';
import { REWARD_SHOP } from '../acceptance/reward-shop';
import { ServedProcesses } from './server-processes';

const REDEMPTIONS = 200;
const POINTS = 1_030;
/** Each costs 50. */
const AFFORDABLE = 20;

describe('L.4 two API processes and one account', () => {
  let database: TemporaryDatabase;
  let processes: ServedProcesses;
  beforeAll(async () => {
    database = await temporaryDatabase();
    processes = await ServedProcesses.open(database.url);
  });
  afterAll(async () => {
    await processes.close();
    await database.drop();
  });

  it('of 200 redemptions that race exactly as many win as the account can afford', async () => {
    const first = await processes.startApi(0).ready;
    const second = await processes.startApi(0).ready;
    const apis = [first, second].map((url) => new SukiApi(url, processes.admin)) as [SukiApi, SukiApi];
    await makeStarter(apis[0]);
    await putInForce(apis[0], 'shop', REWARD_SHOP as ProgrammeDocument);
    await soon(async () => expect(await apis[1].get('/v1/programmes/shop')).toMatchObject({ status: 200 }));
    const customer = await bornWith(apis[0], POINTS);

    const wanted = {
      customer: { id: customer },
      outlet: 'manila-1',
      till: '1',
      reward: { programme: 'shop', id: 'five-off' },
    };
    const answers = await Promise.all(
      Array.from({ length: REDEMPTIONS }, (_, index) =>
        (index % 2 ? apis[1] : apis[0]).post('/v1/redemptions', wanted, `race-${index}`),
      ),
    );
    const won = answers.filter(({ kind }) => kind === 'answered');
    const refused = answers.filter((answer) => answer.kind === 'refused' && answer.code === 'InsufficientPoints');
    expect([won.length, refused.length]).toEqual([AFFORDABLE, REDEMPTIONS - AFFORDABLE]);
    expect(await reservedInTheLog()).toBe(AFFORDABLE);
    for (const [index, answer] of answers.entries()) {
      if (answer.kind === 'answered') expect(await sentToTheOther(apis, wanted, index)).toEqual(answer.body);
    }
  }, 120_000);

  /** What an answered command is answered by the process that did not decide it. */
  async function sentToTheOther([even, odd]: [SukiApi, SukiApi], wanted: object, index: number): Promise<unknown> {
    const again = await (index % 2 ? even : odd).post('/v1/redemptions', wanted, `race-${index}`);
    return bodyOf(again);
  }

  async function reservedInTheLog(): Promise<number> {
    const store = openEsdbStore(processes.log, { unseal: () => Promise.resolve(undefined) });
    let reserved = 0;
    for await (const events of store.readAll({ filter: { categories: ['account'] } })) {
      reserved += events.filter(({ type }) => type === 'RedemptionReserved').length;
    }
    await store.close();
    return reserved;
  }
});

async function bornWith(api: SukiApi, points: number): Promise<string> {
  const enrolled = await api.post('/v1/customers', { card: '9001' }, 'enrol');
  const { customerId } = bodyOf(enrolled) as { readonly customerId: string };
  const purchase = {
    outlet: 'manila-1',
    till: '1',
    receipt: '1',
    occurredAt: new Date().toISOString(),
    customer: { id: customerId },
    currency: 'PHP',
    lines: [{ sku: 'ANY', quantity: 1, amount: points * 100 }],
  };
  bodyOf(await api.post('/v1/purchases', purchase));
  return customerId;
}

function bodyOf(answer: ApiAnswer | ApiRefusal): unknown {
  if (answer.kind === 'refused') throw new Error(`${answer.code}: ${answer.detail}`);
  return answer.body;
}
