import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../libs/kernel/json';
import { Sqlite } from '../../libs/platform/sqlite/sqlite';
import { RunningProduct, type Answer } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
});
afterAll(() => product.close());

/** Asks until it is so: a pause takes a moment to be noticed, and the disk is tried once a second. */
async function readyOnce(status: number): Promise<Answer> {
  for (;;) {
    const answer = await product.send('GET', '/health/ready');
    if (answer.status === status) return answer;
    await sleep(50);
  }
}

const failing = ({ body }: Answer): readonly JsonObject[] =>
  (body['parts'] as readonly JsonObject[]).filter(({ ok }) => ok !== true);

const READ_MODELS = [
  'customers',
  'account_balances',
  'account_entries',
  'purchase_receipts',
  'purchase_ids',
  'account_lapses',
];

describe('readiness', () => {
  it('names its parts, and how far the read models are', async () => {
    expect((await readyOnce(200)).body).toEqual({
      ready: true,
      parts: ['index', 'disk', 'keys and programmes'].map((name) => ({ name, ok: true })),
      readModels: READ_MODELS.map((name) => ({ name, lagEvents: expect.any(Number), lagSeconds: expect.any(Number) })),
    });
  });

  it('ends while the disk takes nothing, and comes back', async () => {
    // Where the probe is written something stands that cannot be written to.
    mkdirSync(join(product.data, 'probe'));
    const answer = await readyOnce(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(failing(answer)).toEqual([{ name: 'disk', ok: false, detail: expect.stringMatching(/cannot be written$/) }]);
    rmdirSync(join(product.data, 'probe'));
    expect(failing(await readyOnce(200))).toEqual([]);
  }, 15_000);

  it('ends while the index is paused, and comes back when it follows again', async () => {
    const other = new Sqlite(join(product.data, 'index.db'));
    other.exec('BEGIN IMMEDIATE');
    try {
      await product.enrol('9001');
      expect(failing(await readyOnce(503))).toEqual([
        { name: 'index', ok: false, detail: expect.stringMatching(/locked/) },
      ]);
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    expect(failing(await readyOnce(200))).toEqual([]);
    expect((await product.send('GET', '/health/live')).status).toBe(200);
  }, 30_000);
});
