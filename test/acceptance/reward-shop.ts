import type { JsonObject } from '../../libs/kernel/json';
import { purchaseOf, textOf, type Answer, type RunningProduct } from './running-product';

/** A point for every peso, a stamp for every cone, and a reward of each kind. */
export const REWARD_SHOP = {
  language: 1,
  name: 'Rewards',
  currency: 'PHP',
  timeZone: 'Asia/Manila',
  wallets: [
    { id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' } },
    { id: 'stars', name: 'stars', rounding: { mode: 'floor', scope: 'basket' } },
  ],
  rules: [
    { id: 'base', kind: 'perAmount', wallet: 'points', points: '1', amount: '1.00', when: { skus: ['ANY'] } },
    { id: 'review', kind: 'perActivity', wallet: 'points', points: '25', activity: 'review' },
  ],
  stampCards: [
    { id: 'cones', name: 'Cones', collect: 'unit', when: { skus: ['ICE-CONE'] }, every: 5, reward: 'free-cone' },
  ],
  rewards: [
    { id: 'free-cone', name: 'Free cone', kind: 'product', skus: ['ICE-CONE'], validity: { unit: 'month', count: 1 } },
    {
      id: 'cone-for-points',
      name: 'Cone',
      kind: 'product',
      skus: ['ICE-CONE'],
      cost: { wallet: 'points', points: 20 },
    },
    { id: 'haircut', name: 'Haircut', kind: 'service', cost: { wallet: 'points', points: 100 } },
    { id: 'five-off', name: '5 off', kind: 'amountOff', amount: '5.00', cost: { wallet: 'points', points: 50 } },
    { id: 'tenth-off', name: '10 % off', kind: 'percentOff', percent: '10', cost: { wallet: 'points', points: 40 } },
    { id: 'star', name: 'Stars', kind: 'points', wallet: 'stars', points: 2, cost: { wallet: 'points', points: 30 } },
    {
      id: 'flight',
      name: 'A flight',
      kind: 'catalogue',
      description: 'A sightseeing flight over the bay',
      cost: { wallet: 'points', points: 80 },
    },
    {
      id: 'mug',
      name: 'Mug',
      kind: 'product',
      skus: ['MUG'],
      stock: 5,
      cost: { wallet: 'points', points: 10 },
    },
    {
      id: 'last-mug',
      name: 'Last mug',
      kind: 'product',
      skus: ['MUG'],
      stock: 1,
      cost: { wallet: 'points', points: 10 },
    },
    {
      id: 'poster',
      name: 'Poster',
      kind: 'product',
      skus: ['POSTER'],
      stock: 2,
      cost: { wallet: 'points', points: 10 },
    },
    {
      id: 'next-decade',
      name: 'Later',
      kind: 'product',
      skus: ['X'],
      from: '2030-01-01',
      cost: { wallet: 'points', points: 1 },
    },
  ],
};

/** In force as `shop` for all time, beside what every product begins with; only before the first purchase. */
export async function openRewardShop(product: RunningProduct, document: object = REWARD_SHOP): Promise<void> {
  const path = '/v1/programmes/shop';
  const steps = [
    await product.send('PUT', `${path}/draft`, { body: document }),
    await product.send('POST', `${path}/revisions`, { body: {} }),
    await product.send('POST', `${path}/revisions/1/activation`, { body: { effectiveFrom: '1970-01-01T00:00:00Z' } }),
  ];
  for (const { status, text } of steps) if (status >= 300) throw new Error(`the programme is not in force: ${text}`);
}

let receipts = 0;

/** Enrols a customer with so many points; answers the id. */
export async function customerWith(product: RunningProduct, points: number, cones = 0): Promise<string> {
  const number = ++receipts;
  const card = `holder-${number}`;
  const customer = await product.enrol(card);
  const body = purchaseOf(`points-${number}`, points, 30, card);
  if (points > 0) await accepted(product.send('POST', '/v1/purchases', { body }));
  const lines = [{ sku: 'ICE-CONE', quantity: cones, amount: 4500 * cones }];
  const bought = { ...purchaseOf(`cones-${number}`, 0, 29, card), lines };
  if (cones > 0) await accepted(product.send('POST', '/v1/purchases', { body: bought }));
  return customer;
}

async function accepted(sent: Promise<Answer>): Promise<void> {
  const { status, text } = await sent;
  if (status !== 201) throw new Error(`not bought: ${text}`);
}

export const TILL = { outlet: 'manila-1', till: '1' };

/** The request of a till that wants this reward for the customer. */
export const redemptionOf = (customer: string, id: string, more: object = {}): JsonObject => ({
  customer: { id: customer },
  ...TILL,
  reward: { programme: 'shop', id },
  ...more,
});

/** Balances by wallet: available, reserved, debt. */
export function holding(body: JsonObject, wallet = 'points'): readonly unknown[] {
  const balances = body['balances'] as readonly JsonObject[];
  const held = balances.find((balance) => balance['programme'] === 'shop' && balance['wallet'] === wallet) ?? {};
  return [held['available'], held['reserved'], held['debt']];
}

export const idOf = (answer: Answer): string => textOf(answer.body['redemptionId']);
