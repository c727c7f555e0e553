import { auditDirectory } from '../../apps/cli/audit/audit';
import type { JsonObject } from '../../libs/kernel/json';
import { DAY_MS } from '../../libs/kernel/time';
import { customerWith, openRewardShop, REWARD_SHOP, redemptionOf } from './reward-shop';
import { RunningProduct, textOf } from './running-product';

const SHORT_LIVED = {
  ...REWARD_SHOP,
  wallets: REWARD_SHOP.wallets.map((wallet) =>
    wallet.id === 'points' ? { ...wallet, expiry: { kind: 'fixed', after: { unit: 'day', count: 30 } } } : wallet,
  ),
};

/** 100 points, 20 of them reserved and left alone; five weeks later they are gone. */
async function storyOf(product: RunningProduct): Promise<string> {
  await openRewardShop(product, SHORT_LIVED);
  const customer = await customerWith(product, 100);
  const reserved = await product.send('POST', '/v1/redemptions', { body: redemptionOf(customer, 'cone-for-points') });
  if (reserved.status >= 300) throw new Error(`not reserved: ${reserved.text}`);
  product.passTime(35 * DAY_MS);
  return customer;
}

const shopPoints = async (product: RunningProduct, customer: string): Promise<JsonObject | undefined> => {
  const { body } = await product.send('GET', `/v1/customers/${customer}/account`);
  return (body['balances'] as readonly JsonObject[]).find(
    ({ programme, wallet }) => programme === 'shop' && wallet === 'points',
  );
};

const linesOf = async (product: RunningProduct, path: string): Promise<readonly JsonObject[]> => {
  const { text } = await product.send('GET', path);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonObject);
};

/** Until there is one, at most five seconds. */
async function eventually<Value>(look: () => Promise<readonly Value[]>): Promise<readonly Value[]> {
  for (let tries = 0; tries < 50; tries++) {
    const found = await look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}

describe('L.3 what time alone does', () => {
  it('is announced once, and every balance is the same where nothing announces it', async () => {
    const announcing = await RunningProduct.open(undefined, { announceSeconds: 1 });
    const silent = await RunningProduct.open();
    try {
      const [told, untold] = [await storyOf(announcing), await storyOf(silent)];
      const feed = '/v1/feed?types=loyalty.points.expired.v1,loyalty.points.released.v1';
      const events = await eventually(() => linesOf(announcing, feed));
      expect(events.map(({ type, data }) => [type, (data as JsonObject)['points']]).sort()).toEqual([
        ['loyalty.points.expired.v1', 20],
        ['loyalty.points.expired.v1', 80],
        ['loyalty.points.released.v1', 20],
      ]);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(await linesOf(announcing, feed)).toHaveLength(3);
      expect(await linesOf(silent, feed)).toEqual([]);
      const gone = { balance: 0, earned: 100, expired: 100, available: 0, reserved: 0 };
      expect(await shopPoints(announcing, told)).toMatchObject(gone);
      expect(await shopPoints(silent, untold)).toEqual(await shopPoints(announcing, told));
      const entries = await announcing.send('GET', `/v1/customers/${told}/entries`);
      const why = (entries.body['entries'] as readonly JsonObject[]).find(({ kind }) => kind === 'expiry');
      expect(why).toMatchObject({ moved: { available: expect.any(Number), expired: expect.any(Number) } });
      const explained = await announcing.send('GET', `/v1/customers/${told}/entries/${textOf(why?.['id'])}/why`);
      expect(explained).toMatchObject({ status: 200, body: { sentences: [expect.stringContaining('expired')] } });
      for (const product of [announcing, silent]) {
        await product.served.indexed();
        expect(await auditDirectory(product.data)).toMatchObject({ accounts: 1, facts: 2, differing: [] });
      }
    } finally {
      await announcing.close();
      await silent.close();
    }
  });
});
