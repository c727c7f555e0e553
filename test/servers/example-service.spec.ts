import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Client } from 'pg';
import { testKafka } from '../../libs/testing/servers';
import { soon } from '../../libs/testing/soon';
import { temporaryDatabase, type TemporaryDatabase } from '../../libs/testing/temporary-database';
import { ICE_CREAM, RunningProduct } from '../acceptance/running-product';

describe('S.1 the example service', () => {
  const prefix = `test-${randomBytes(6).toString('hex')}.`;
  const customers = ['a1', 'a2', 'a3', 'a4', 'a5'];
  let product: RunningProduct;
  let database: TemporaryDatabase;
  let client: Client;
  let services: ChildProcess[];

  beforeAll(async () => {
    database = await temporaryDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    services = [];
    const kafka = testKafka().join(',');
    product = await RunningProduct.open(undefined, { kafka, kafkaPartitions: 3, kafkaPrefix: prefix });
    await soon(async () => {
      expect((await product.send('GET', '/health/ready')).body).toMatchObject({ kafka: { publishing: true } });
    });
  });
  afterAll(async () => {
    for (const service of services) service.kill('SIGKILL');
    await product.close();
    await client.end();
    await database.drop();
  });

  async function service(): Promise<ChildProcess> {
    const env = {
      ...process.env,
      SUKI_KAFKA: testKafka().join(','),
      SUKI_KAFKA_PREFIX: prefix,
      DATABASE_URL: database.url,
    };
    const script = require.resolve('../../docs/examples/balance-service');
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    services.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  async function buy(first: number, last: number): Promise<void> {
    for (let receipt = first; receipt <= last; receipt++) {
      const customer = { card: customers[receipt % customers.length] };
      const { status } = await product.send('POST', '/v1/purchases', {
        body: { ...ICE_CREAM, receipt: String(receipt), customer },
      });
      expect(status).toBe(201);
    }
  }

  it('keeps balances equal to ours, killed in the middle and started twice', async () => {
    const ids = await Promise.all(customers.map((card) => product.enrol(card)));
    const killed = await service();
    await buy(1, 30);
    killed.kill('SIGKILL');
    await Promise.all([service(), buy(31, 60)]);
    await service();
    await buy(61, 90);
    await soon(async () => {
      const { rows } = await client.query<{ customer: string; balance: string }>(
        'SELECT customer, balance FROM balances',
      );
      const theirs = new Map(rows.map(({ customer, balance }) => [customer, Number(balance)]));
      for (const id of ids) {
        const { body } = await product.send('GET', `/v1/customers/${id}/account`);
        const [points] = body['balances'] as readonly { readonly balance: number }[];
        expect(theirs.get(id)).toBe(points?.balance);
      }
    }, 60_000);
  });
});
