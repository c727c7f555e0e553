import type { ProgrammeDocument } from '../../libs/capabilities/programmes';
import type { JsonObject } from '../../libs/kernel/json';
import { DAY_MS, instantText, MINUTE_MS } from '../../libs/kernel/time';
import type { SukiApi } from '../../libs/client';
import { done, openOutlet, putInForce, STARTER_OUTLET } from './starter';

export const DEMO_CARD = '9001';

const OUTLETS = [STARTER_OUTLET, 'cebu-1', 'davao-kiosk'] as const;
const PURCHASES = 400;
const WEEKS = 4;
const AT_ONCE = 8;

/** Several rules at once: visits, a favourite article, a weekend, a happy hour, what earns nothing; a stamp card, rewards, an expiry. */
const TREATS: ProgrammeDocument = {
  language: 1,
  name: 'Treats',
  currency: 'PHP',
  timeZone: 'Asia/Manila',
  wallets: [
    {
      id: 'treats',
      name: 'treats',
      rounding: { mode: 'half-even', scope: 'account' },
      expiry: { kind: 'rolling', after: { unit: 'month', count: 6 } },
    },
  ],
  rules: [
    { id: 'visit', kind: 'perVisit', wallet: 'treats', points: '1' },
    { id: 'cone', kind: 'perItem', wallet: 'treats', points: '0.5', when: { skus: ['ICE-CONE', 'ICE-TUB'] } },
    {
      id: 'coffee',
      kind: 'perAmount',
      wallet: 'treats',
      points: '1',
      amount: '50.00',
      when: { categories: ['coffee'] },
    },
    { id: 'weekend', kind: 'multiplier', wallet: 'treats', factor: '2', when: { weekdays: [6, 7] } },
    {
      id: 'happy-hour',
      kind: 'multiplier',
      wallet: 'treats',
      factor: '1.5',
      when: { hours: { from: '14:00', until: '16:00' }, categories: ['coffee', 'ice-cream'] },
    },
    { id: 'review', kind: 'perActivity', wallet: 'treats', points: '2', activity: 'review' },
    { id: 'vouchers', kind: 'exclusion', when: { categories: ['gift-card'] } },
  ],
  stampCards: [
    { id: 'cones', name: 'Cones', collect: 'unit', every: 10, reward: 'free-cone', when: { skus: ['ICE-CONE'] } },
  ],
  rewards: [
    { id: 'free-cone', name: 'A free cone', kind: 'product', skus: ['ICE-CONE'], validity: { unit: 'day', count: 90 } },
    { id: 'coffee', name: 'A coffee', kind: 'product', skus: ['BARAKO'], cost: { wallet: 'treats', points: 15 } },
    {
      id: 'tote',
      name: 'A tote bag',
      kind: 'catalogue',
      description: 'Cotton, woven in Ilocos',
      cost: { wallet: 'treats', points: 40 },
      stock: 25,
    },
  ],
};

const ARTICLES = [
  { sku: 'ICE-CONE', category: 'ice-cream', unitPrice: 4500 },
  { sku: 'ICE-TUB', category: 'ice-cream', unitPrice: 18500 },
  { sku: 'LATTE', category: 'coffee', unitPrice: 14000 },
  { sku: 'BARAKO', category: 'coffee', unitPrice: 9500 },
  { sku: 'ENSAYMADA', category: 'bakery', unitPrice: 6000 },
  { sku: 'VOUCHER-500', category: 'gift-card', unitPrice: 50000 },
] as const;

const NAMES = ['Ana', 'Ben', 'Carla', 'Dante', 'Elena', 'Felix', 'Grace', 'Hector', 'Isabel', 'Jun', 'Karen', 'Leo'];

/** A few outlets, customers and weeks of purchases, made through the public API as tills would. Reports how many requests of all are done. */
export async function makeDemoShop(
  api: SukiApi,
  now: number,
  onProgress: (doneRequests: number, allRequests: number) => void,
): Promise<void> {
  const all = PURCHASES + NAMES.length;
  let sent = 0;
  const count = (): void => onProgress(++sent, all);
  await openOutlet(api, 'cebu-1', { name: 'Cebu 1', timeZone: 'Asia/Manila', numbering: 'forever' });
  await openOutlet(api, 'davao-kiosk', { name: 'Davao kiosk', timeZone: 'Asia/Manila', numbering: 'daily' });
  await putInForce(api, 'treats', TREATS);
  for (const [index, name] of NAMES.entries()) {
    const card = String(Number(DEMO_CARD) + index);
    await done(api.post('/v1/customers', { card, name, outlet: STARTER_OUTLET }, `demo.customer.${card}`));
    count();
  }
  const purchases = demoPurchases(now);
  // Each customer's purchases go through one line, in the order of time.
  const lines = Array.from({ length: AT_ONCE }, (_, line) =>
    purchases.filter(({ customer }) => customer % AT_ONCE === line),
  );
  await Promise.all(
    lines.map(async (line) => {
      for (const { body } of line) {
        await done(api.post('/v1/purchases', body));
        count();
      }
    }),
  );
}

interface DemoPurchase {
  /** Number of the customer; −1 for nobody. */
  readonly customer: number;
  readonly body: JsonObject;
}

function demoPurchases(now: number): readonly DemoPurchase[] {
  const random = sequence(20261120);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const step = (WEEKS * 7 * DAY_MS) / PURCHASES;
  return Array.from({ length: PURCHASES }, (_, index) => {
    const customer = Math.floor(random() * (NAMES.length + 2));
    const known = customer < NAMES.length;
    const occurredAt = now - WEEKS * 7 * DAY_MS + Math.floor((index + random() * 0.5) * step) - MINUTE_MS;
    const outlet = pick(OUTLETS);
    const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const { sku, category, unitPrice } = pick(ARTICLES);
      const quantity = 1 + Math.floor(random() * 3);
      return { sku, category, quantity, unitPrice, amount: quantity * unitPrice };
    });
    const occurred = instantText(occurredAt);
    return {
      customer: known ? customer : index,
      body: {
        outlet,
        till: String(1 + (customer % 3)),
        receipt: `demo-${String(index + 1).padStart(4, '0')}`,
        ...(outlet === 'davao-kiosk' ? { businessDay: occurred.slice(0, 10) } : {}),
        occurredAt: occurred,
        ...(known ? { customer: { card: String(Number(DEMO_CARD) + customer) } } : {}),
        currency: 'PHP',
        lines,
        payments: [
          { kind: pick(['cash', 'card', 'wallet']), amount: lines.reduce((sum, { amount }) => sum + amount, 0) },
        ],
      },
    };
  });
}

/** The same numbers from 0 to 1 every time (mulberry32), so that every demo shop is alike. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
