import { jsonEvent, KurrentDBClient, streamNameFilter } from '@kurrent/kurrentdb-client';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SukiApi } from '../../libs/client';
import { readSettings } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';
import { openLocalProduct, type LocalProduct } from './local-product';
import { LOCAL_SETTINGS } from './settings';
import { makeStarter } from './starter';

describe('the product with its EventStoreDB door open', () => {
  let data: string;
  let product: LocalProduct;
  let api: SukiApi;
  const clients: KurrentDBClient[] = [];
  const open = (): Promise<LocalProduct> =>
    openLocalProduct({
      settings: readSettings(LOCAL_SETTINGS, ['--data', data, '--port', '0', '--esdb-port', '0'], {}),
      log: createLog('silent'),
      clock: Date.now,
      onFatal: (fault) => {
        throw fault;
      },
    });
  const connect = (secret: string): KurrentDBClient => {
    const { port, authorityFile } = product.esdb!;
    const address = `localhost:${port}?tls=true&tlsCAFile=${authorityFile}`;
    const client = KurrentDBClient.connectionString(`kurrentdb://admin:${secret}@${address}`);
    clients.push(client);
    return client;
  };
  const adminKey = (): string => readFileSync(product.keyFile, 'utf8').trim();

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'suki-door-'));
    product = await open();
    api = new SukiApi(product.url, adminKey());
    await makeStarter(api);
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await product.close();
    rmSync(data, { recursive: true });
  });

  const buy = (receipt: string) =>
    api.post('/v1/purchases', {
      outlet: 'manila-1',
      till: '1',
      receipt,
      occurredAt: new Date().toISOString(),
      currency: 'PHP',
      lines: [{ sku: 'ICE-CONE', quantity: 1, amount: 4500 }],
    });

  it('S.5 shows purchases to a client of EventStoreDB as they are recorded', async () => {
    const subscription = connect(adminKey()).subscribeToAll({
      fromPosition: 'end',
      filter: streamNameFilter({ prefixes: ['account-main.'] }),
    });
    const seen = new Promise((resolve, reject) => {
      subscription.on('data', ({ event }) => resolve(event));
      subscription.on('error', reject);
    });
    await new Promise((resolve) => subscription.on('caughtUp', resolve));
    expect(await buy('000001')).toMatchObject({ kind: 'answered' });
    expect(await seen).toMatchObject({
      streamId: 'account-main.r.manila-1~1~000001',
      type: 'PurchaseRecorded',
      metadata: { suki: 1, commandKey: 'manila-1~1~000001' },
    });
    await subscription.unsubscribe();
  });

  it('takes no appends', async () => {
    const appending = connect(adminKey()).appendToStream('order-main.1', jsonEvent({ type: 'A', data: {} }));
    await expect(appending).rejects.toMatchObject({ type: 'access-denied' });
  });

  it('ends what a key had opened once it is revoked', async () => {
    const issued = await api.post('/v1/keys', { name: 'reader', role: 'admin' }, 'issue-reader');
    if (issued.kind !== 'answered') throw new Error('no key was issued');
    const { key, secret } = issued.body as { key: string; secret: string };
    const subscription = connect(secret).subscribeToAll({ fromPosition: 'end' });
    const failed = new Promise((resolve) => subscription.on('error', resolve));
    subscription.on('data', () => undefined);
    await new Promise((resolve) => subscription.on('caughtUp', resolve));
    const headers = { authorization: `Bearer ${adminKey()}`, 'idempotency-key': 'revoke-reader' };
    expect((await fetch(`${product.url}/v1/keys/${key}`, { method: 'DELETE', headers })).ok).toBe(true);
    await buy('000002');
    expect(await failed).toMatchObject({ type: 'access-denied' });
  });
});
