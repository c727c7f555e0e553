import { putInForce } from '../../apps/local/starter';
import { SukiApi } from '../../libs/client';
import { streamName, type TenantId } from '../../libs/kernel/ids';
import { RunningProduct, textOf } from './running-product';

describe('S1 what a purchase was stamped with', () => {
  it('stays when the zone of its outlet is changed, also where a late purchase has all of it folded again', async () => {
    const product = await RunningProduct.open();
    try {
      const { body } = await product.send('POST', '/v1/tenants', { body: { tenant: 'moved' } });
      const as = textOf(body['secret']);
      const setZone = async (timeZone: string): Promise<void> => {
        const outlet = { name: 'Moved', timeZone, currency: 'PHP', numbering: 'forever' };
        expect((await product.send('PUT', '/v1/outlets/moved-1', { as, body: outlet })).status).toBe(200);
      };
      await setZone('Asia/Manila');
      await putInForce(new SukiApi(product.url, as), 'main', {
        language: 1,
        name: 'Mornings',
        currency: 'PHP',
        timeZone: 'Asia/Manila',
        wallets: [{ id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' } }],
        rules: [
          { id: 'base', kind: 'perAmount', wallet: 'points', points: '1', amount: '1.00' },
          {
            id: 'morning',
            kind: 'multiplier',
            wallet: 'points',
            factor: '2',
            when: { hours: { from: '08:00', until: '12:00' } },
          },
        ],
      });
      const customer = await product.send('POST', '/v1/customers', { as, body: { card: '1' } });
      const customerId = textOf(customer.body['customerId']);
      const buy = async (receipt: string, time: string, pesos: number) => {
        const answer = await product.send('POST', '/v1/purchases', {
          as,
          body: {
            outlet: 'moved-1',
            till: '1',
            receipt,
            occurredAt: `2026-11-24T${time}+08:00`,
            customer: { card: '1' },
            currency: 'PHP',
            lines: [{ sku: 'ANY', quantity: 1, amount: pesos * 100 }],
          },
        });
        expect(answer.status).toBe(201);
        return answer.body;
      };
      expect(await buy('a', '10:15:00', 100)).toMatchObject({ balances: [{ available: 200 }] });
      await setZone('Europe/London');
      expect(await buy('b', '10:30:00', 10)).toMatchObject({ balances: [{ available: 210 }] });
      expect(await buy('c', '10:00:00', 1)).toMatchObject({
        flags: ['late'],
        earned: [{ points: 1 }],
        balances: [{ available: 211 }],
      });
      const offsets: unknown[] = [];
      for await (const batch of product.store.readStream(streamName('account', 'moved' as TenantId, customerId))) {
        for (const { type, data } of batch) if (type === 'PurchaseRecorded') offsets.push(data['offsetMinutes']);
      }
      expect(offsets).toEqual([480, 0, 0]);
    } finally {
      await product.close();
    }
  });
});
