import type { JsonObject } from '../../libs/kernel/json';
import { customerWith, holding, idOf, openRewardShop, redemptionOf } from './reward-shop';
import { OPENED_AT, RunningProduct, textOf, type Answer } from './running-product';

const MINUTE = 60_000;

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await openRewardShop(product);
});
afterAll(() => product.close());

const redeem = (body: JsonObject, headers: Readonly<Record<string, string>> = {}) =>
  product.send('POST', '/v1/redemptions', { body, headers });
const confirm = (id: string, body: object = {}) => product.send('POST', `/v1/redemptions/${id}/confirm`, { body });
const release = (id: string, body: object = {}) => product.send('POST', `/v1/redemptions/${id}/release`, { body });
const rewards = async (customer: string) => (await product.send('GET', `/v1/rewards?customer=${customer}`)).body;
const shown = (body: JsonObject, id: string): JsonObject =>
  (body['rewards'] as readonly JsonObject[]).find((reward) => reward['id'] === id) ?? {};
const held = async (customer: string): Promise<readonly string[]> =>
  ((await rewards(customer))['held'] as readonly { readonly issued: string }[]).map(({ issued }) => issued);
/** By the product's own clock. */
const clockAfter = (milliseconds: number, from: Answer): string =>
  new Date(Date.parse(textOf(from.body['reservedUntil'])) - 5 * MINUTE + milliseconds).toISOString();
const codes = (answers: readonly Answer[]): unknown[] => answers.map(({ body }) => body['code'] ?? body['state']);

const refuses: RunningProduct['refuses'] = (...asked) => product.refuses(...asked);

describe('a redemption', () => {
  it('F1.2 holds the points, spends them when it is confirmed, and frees them when it is released', async () => {
    const customer = await customerWith(product, 250);
    const first = await redeem(redemptionOf(customer, 'haircut'));
    expect(first).toMatchObject({ status: 201, body: { state: 'reserved', customerId: customer, flags: [] } });
    expect(first.body).toMatchObject({ cost: { wallet: 'points', points: 100 }, reward: { id: 'haircut' } });
    expect(holding(first.body)).toEqual([150, 100, 0]);
    const second = await redeem(redemptionOf(customer, 'five-off'));
    expect(holding(second.body)).toEqual([100, 150, 0]);
    const confirmed = await confirm(idOf(first));
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'confirmed', redemptionId: idOf(first) } });
    expect(holding(confirmed.body)).toEqual([100, 50, 0]);
    const released = await release(idOf(second));
    expect(released).toMatchObject({ status: 200, body: { state: 'released', reservedUntil: null } });
    expect(holding(released.body)).toEqual([150, 0, 0]);
  });

  it('names the reward on every receipt', async () => {
    const customer = await customerWith(product, 250);
    const first = await redeem(redemptionOf(customer, 'haircut'));
    const second = await redeem(redemptionOf(customer, 'five-off'));
    const lines = [first, await confirm(idOf(first)), second, await release(idOf(second))].map(
      ({ body }) => (body['receiptLines'] as readonly string[])[0],
    );
    expect(lines).toEqual([
      'Reward held: Haircut',
      'Reward used: Haircut',
      'Reward held: 5 off',
      'Reward no longer held: 5 off',
    ]);
  });

  it('is confirmed or released without a body too, which is the same command as an empty one', async () => {
    for (const step of ['confirm', 'release']) {
      const reserved = await redeem(redemptionOf(await customerWith(product, 50), 'five-off'));
      const path = `/v1/redemptions/${idOf(reserved)}/${step}`;
      const headers = { 'idempotency-key': `${step}-nothing` };
      const done = await product.send('POST', path, { headers });
      expect(done.status).toBe(200);
      expect(await product.send('POST', path, { body: {}, headers })).toMatchObject({ status: 200, text: done.text });
      for (const raw of ['null', '[]', '{"x":1}'])
        await refuses(() => product.send('POST', path, { raw, headers }), 400, 'InvalidRequest');
    }
  });

  it('sent again is answered as the first time, byte for byte, and another body under its key is refused', async () => {
    const customer = await customerWith(product, 100);
    const body = redemptionOf(customer, 'five-off');
    const key = { 'idempotency-key': 'redeem-once' };
    const first = await redeem(body, key);
    const again = await redeem(body, key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([200, 'true', first.text]);
    await refuses(() => redeem(redemptionOf(customer, 'star'), key), 409, 'DifferentBody');
    for (const step of ['confirm', 'release']) {
      const { body: reserved } = await redeem(redemptionOf(await customerWith(product, 50), 'five-off'));
      const path = `/v1/redemptions/${textOf(reserved['redemptionId'])}/${step}`;
      const headers = { 'idempotency-key': `${step}-once` };
      const done = await product.send('POST', path, { body: {}, headers });
      expect(await product.send('POST', path, { body: {}, headers })).toMatchObject({ status: 200, text: done.text });
    }
  });

  it('is over once: what it has become is said to whoever asks for something else', async () => {
    const customer = await customerWith(product, 100);
    const one = idOf(await redeem(redemptionOf(customer, 'five-off')));
    const two = idOf(await redeem(redemptionOf(customer, 'five-off')));
    await confirm(one);
    await release(two);
    await refuses(() => confirm(one), 409, 'RedemptionConfirmed');
    await refuses(() => release(one), 409, 'RedemptionConfirmed');
    await refuses(() => confirm(two), 409, 'RedemptionReleased');
    await refuses(() => release(two), 409, 'RedemptionReleased');
    await refuses(() => confirm('red_none'), 404, 'RedemptionNotFound');
  });

  it('that cannot be is refused, and records nothing', async () => {
    const customer = await customerWith(product, 99);
    const short = await refuses(() => redeem(redemptionOf(customer, 'haircut')), 422, 'InsufficientPoints');
    expect(short.body['detail']).toBe('Haircut costs 100 of points, of which 99 can be spent.');
    await refuses(() => redeem(redemptionOf(customer, 'nothing')), 422, 'RewardUnknown');
    await refuses(() => redeem(redemptionOf(customer, 'next-decade')), 422, 'RewardNotOffered');
    await refuses(() => redeem(redemptionOf(customer, 'free-cone')), 422, 'RewardNotForPoints');
    const issued = 'shop~cones~1~1';
    await refuses(() => redeem(redemptionOf(customer, 'free-cone', { issued })), 422, 'RewardNotHeld');
    await refuses(() => redeem(redemptionOf('cus_none', 'star')), 422, 'CustomerUnknown');
    await refuses(() => redeem(redemptionOf(customer, 'star', { outlet: 'nowhere' })), 422, 'OutletUnknown');
    await refuses(() => redeem(redemptionOf(customer, 'star', { offline: true })), 400, 'InvalidRequest');
  });

  it('S3 is decided at the newest instant of the account, where a till’s clock runs ahead', async () => {
    const customer = await customerWith(product, 0);
    await product.send('POST', '/v1/customers', { body: { card: 'ahead' } });
    const ahead = new Date(OPENED_AT + 4 * MINUTE).toISOString();
    await product.send('POST', '/v1/activities', {
      body: { customer: { id: customer }, activity: 'review', occurredAt: ahead },
    });
    await product.send('POST', '/v1/activities', {
      body: { customer: { id: customer }, activity: 'review', occurredAt: ahead },
    });
    const reserved = await redeem(redemptionOf(customer, 'star'));
    expect(holding(reserved.body)).toEqual([20, 30, 0]);
    expect(Date.parse(textOf(reserved.body['reservedUntil']))).toBe(Date.parse(ahead) + 5 * MINUTE);
    const confirmed = await confirm(idOf(reserved));
    expect([holding(confirmed.body), confirmed.body['flags']]).toEqual([[20, 0, 0], []]);
  });
});

describe('F1.6 a reward', () => {
  const kinds: readonly [string, JsonObject][] = [
    ['haircut', { kind: 'service' }],
    ['five-off', { kind: 'amountOff', amount: '5.00', currency: 'PHP' }],
    ['tenth-off', { kind: 'percentOff', percent: '10' }],
    ['star', { kind: 'points', gives: { wallet: 'stars', points: 2 } }],
    ['cone-for-points', { kind: 'product', skus: ['ICE-CONE'] }],
  ];
  it.each(kinds)('%s tells the till what it is', async (id, terms) => {
    const reserved = await redeem(redemptionOf(await customerWith(product, 100), id));
    expect(reserved.body['reward']).toMatchObject({ programme: 'shop', id, ...terms });
    expect(await confirm(idOf(reserved))).toMatchObject({ status: 200, body: { state: 'confirmed' } });
  });

  it('that is points gives them when it is confirmed', async () => {
    const reserved = await redeem(redemptionOf(await customerWith(product, 30), 'star'));
    expect(holding(reserved.body, 'stars')).toEqual([0, 0, 0]);
    expect(holding((await confirm(idOf(reserved))).body, 'stars')).toEqual([2, 0, 0]);
  });

  it('that a full stamp card issued is used by its name, once', async () => {
    const customer = await customerWith(product, 0, 10);
    expect(await held(customer)).toEqual(['shop~cones~1~1', 'shop~cones~2~1']);
    const reserved = await redeem(redemptionOf(customer, 'free-cone', { issued: 'shop~cones~1~1' }));
    expect(reserved.body).toMatchObject({ issued: 'shop~cones~1~1', rewards: [{ issued: 'shop~cones~2~1' }] });
    expect(reserved.body['cost']).toBeUndefined();
    await confirm(idOf(reserved));
    expect(await held(customer)).toEqual(['shop~cones~2~1']);
    const again = redemptionOf(customer, 'free-cone', { issued: 'shop~cones~1~1' });
    await refuses(() => redeem(again), 422, 'RewardNotHeld');
  });

  it('is shown with what the customer can afford, and what is left of it', async () => {
    const list = await rewards(await customerWith(product, 40));
    expect(shown(list, 'tenth-off')).toEqual({
      programme: 'shop',
      id: 'tenth-off',
      name: '10 % off',
      kind: 'percentOff',
      percent: '10',
      cost: { wallet: 'points', points: 40 },
      offered: true,
      affordable: true,
    });
    expect(shown(list, 'haircut')).toMatchObject({ affordable: false });
    expect(shown(list, 'next-decade')).toMatchObject({ offered: false, from: '2030-01-01' });
    expect(shown(list, 'free-cone')).toMatchObject({ validity: { unit: 'month', count: 1 } });
    expect(shown(list, 'last-mug')).toMatchObject({ stock: { pieces: 1, left: 1 } });
    const { body } = await product.send('GET', '/v1/rewards');
    expect([body['held'], shown(body, 'haircut')['affordable']]).toEqual([undefined, undefined]);
    const unknown = await product.send('GET', '/v1/rewards?customer=cus_none');
    expect(unknown).toMatchObject({ status: 422, body: { code: 'CustomerUnknown' } });
  });

  it('F1.7 may have nothing to do with what the shop sells', async () => {
    const reserved = await redeem(redemptionOf(await customerWith(product, 80), 'flight'));
    expect(reserved.body['reward']).toEqual({
      programme: 'shop',
      id: 'flight',
      name: 'A flight',
      kind: 'catalogue',
      description: 'A sightseeing flight over the bay',
    });
    expect(holding((await confirm(idOf(reserved))).body)).toEqual([0, 0, 0]);
  });
});

describe('L.4 two tills at the same instant', () => {
  it('for one reward: one has it, the other is told so', async () => {
    const customer = await customerWith(product, 0, 5);
    const body = redemptionOf(customer, 'free-cone', { issued: 'shop~cones~1~1' });
    const answers = await Promise.all(['1', '2'].map((till) => redeem({ ...body, till })));
    expect(codes(answers).sort()).toEqual(['RewardReserved', 'reserved']);
    const winner = answers.find(({ status }) => status === 201) as Answer;
    const loser = answers.find(({ status }) => status !== 201) as Answer;
    expect(loser.status).toBe(409);
    expect(loser.body['detail']).toContain(idOf(winner));
  });

  it('for the last points: one has them, the other is told how many there are', async () => {
    const customer = await customerWith(product, 150);
    const answers = await Promise.all(
      ['1', '2', '3', '4', '5'].map((till) => redeem({ ...redemptionOf(customer, 'haircut'), till })),
    );
    expect(codes(answers).sort()).toEqual([...Array<string>(4).fill('InsufficientPoints'), 'reserved']);
    const refused = answers.find(({ status }) => status === 422) as Answer;
    expect(refused.body['detail']).toBe('Haircut costs 100 of points, of which 50 can be spent.');
  });
});

describe('a stock', () => {
  it('L.4 of 5 pieces wanted by 20 tills of 20 customers goes to exactly 5, each with its own piece', async () => {
    const customers = await Promise.all(Array.from({ length: 20 }, () => customerWith(product, 10)));
    const answers = await Promise.all(customers.map((customer) => redeem(redemptionOf(customer, 'mug'))));
    const winners = answers.filter(({ status }) => status === 201);
    const left = shown(await rewards(customers[0] ?? ''), 'mug')['stock'];
    expect(winners.length).toBe(5);
    expect(new Set(winners.map(({ body }) => body['piece'])).size).toBe(5);
    expect(left).toEqual({ pieces: 5, left: 0 });
    expect(new Set(codes(answers))).toEqual(new Set(['reserved', 'RewardOutOfStock']));
    const empty = answers.findIndex(({ status }) => status !== 201);
    const account = await product.send('GET', `/v1/customers/${customers[empty]}/account`);
    expect(holding(account.body)).toEqual([10, 0, 0]);
    for (const winner of winners) await confirm(idOf(winner));
    await refuses(() => redeem(redemptionOf(customers[empty] ?? '', 'mug')), 422, 'RewardOutOfStock');
  });

  it('has the piece back that was released, and the one that lapsed as soon as somebody needs it', async () => {
    const [one, two, three] = [
      await customerWith(product, 10),
      await customerWith(product, 10),
      await customerWith(product, 10),
    ];
    const first = await redeem(redemptionOf(one, 'last-mug'));
    await refuses(() => redeem(redemptionOf(two, 'last-mug')), 422, 'RewardOutOfStock');
    await release(idOf(first));
    const second = await redeem(redemptionOf(two, 'last-mug'));
    expect(second).toMatchObject({ status: 201, body: { piece: 1 } });
    product.passTime(5 * MINUTE);
    const third = await redeem(redemptionOf(three, 'last-mug'));
    expect(third).toMatchObject({ status: 201, body: { piece: 1 } });
    await refuses(() => redeem(redemptionOf(one, 'last-mug')), 422, 'RewardOutOfStock');
    // It was handed over in time all the same: then there is one mug less than the shop thought.
    const late = await confirm(idOf(second), { occurredAt: clockAfter(MINUTE, second) });
    expect(late).toMatchObject({ status: 200, body: { flags: ['late', 'stockOverdrawn'] } });
    expect(await confirm(idOf(third))).toMatchObject({ status: 200, body: { flags: [] } });
  });
});

describe('S25 a confirmation', () => {
  it('that comes late counts if the reward was handed over while it was held', async () => {
    const customer = await customerWith(product, 100);
    const reserved = await redeem(redemptionOf(customer, 'haircut'));
    product.passTime(6 * MINUTE);
    await refuses(() => confirm(idOf(reserved)), 422, 'ReservationLapsed');
    await refuses(
      () => confirm(idOf(reserved), { occurredAt: textOf(reserved.body['reservedUntil']) }),
      422,
      'ReservationLapsed',
    );
    await refuses(() => release(idOf(reserved)), 422, 'ReservationLapsed');
    const late = await confirm(idOf(reserved), { occurredAt: clockAfter(4 * MINUTE, reserved) });
    expect(late).toMatchObject({ status: 200, body: { state: 'confirmed', flags: ['late'] } });
    expect(holding(late.body)).toEqual([0, 0, 0]);
  });

  it('that is more than 45 days late is refused', async () => {
    const reserved = await redeem(redemptionOf(await customerWith(product, 100), 'haircut'));
    product.passTime(46 * 24 * 60 * MINUTE);
    const occurredAt = clockAfter(MINUTE, reserved);
    await refuses(() => confirm(idOf(reserved), { occurredAt }), 422, 'ReservationLapsed');
  });
});

describe('S26 what a till hands over while it is cut off', () => {
  const offline = (customer: string, id: string, at: Answer, more: object = {}) =>
    redeem(redemptionOf(customer, id, { offline: true, occurredAt: clockAfter(0, at), ...more }));

  it('is debt where the points were not there', async () => {
    const customer = await customerWith(product, 100);
    const now = await redeem(redemptionOf(await customerWith(product, 30), 'star'));
    const first = await offline(customer, 'haircut', now);
    expect(first).toMatchObject({ status: 201, body: { state: 'confirmed', reservedUntil: null, flags: [] } });
    const second = await offline(customer, 'haircut', now, { till: '2' });
    expect(second.body['flags']).toContain('overdrawn');
    expect(holding(second.body)).toEqual([0, 0, 100]);
    await refuses(() => confirm(idOf(second)), 409, 'RedemptionConfirmed');
  });

  it('is flagged where one reward is used twice', async () => {
    const customer = await customerWith(product, 0, 5);
    const now = await redeem(redemptionOf(await customerWith(product, 30), 'star'));
    const issued = 'shop~cones~1~1';
    expect((await offline(customer, 'free-cone', now, { issued })).body).toMatchObject({ flags: [], issued });
    const again = await offline(customer, 'free-cone', now, { issued, till: '2' });
    expect(again.body['flags']).toContain('rewardNotHeld');
    const nonsense = () => offline(customer, 'free-cone', now, { issued: 'shop~other~1~1' });
    await refuses(nonsense, 422, 'RewardNotHeld');
  });

  it('takes a piece of the stock, or is flagged where none is left', async () => {
    const customer = await customerWith(product, 100);
    const now = await redeem(redemptionOf(await customerWith(product, 30), 'star'));
    expect((await offline(customer, 'mug', now)).body['flags']).toEqual(['stockOverdrawn']);
  });
});

describe('keys', () => {
  it('of a till work for redemptions of its own outlet', async () => {
    const outlet = { name: 'Cebu', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' };
    await product.send('PUT', '/v1/outlets/cebu-1', { body: outlet });
    const as = await product.key('till', { outlets: ['cebu-1'] });
    const customer = await customerWith(product, 100);
    const reserved = await redeem(redemptionOf(customer, 'five-off'));
    const send = (path: string, body: object) => product.send('POST', `/v1/redemptions${path}`, { as, body });
    await refuses(() => send('', redemptionOf(customer, 'five-off')), 403, 'OutletNotYours');
    await refuses(() => send(`/${idOf(reserved)}/confirm`, {}), 403, 'OutletNotYours');
    await refuses(() => send(`/${idOf(reserved)}/release`, { outlet: 'cebu-1' }), 403, 'OutletNotYours');
    expect((await send('', redemptionOf(customer, 'five-off', { outlet: 'cebu-1' }))).status).toBe(201);
  });
});

describe('a stock after a restart', () => {
  beforeAll(async () => {
    await product.close();
    product = await RunningProduct.open();
    await openRewardShop(product);
  });

  it('is what it was: what is held stays held, and what was handed over is gone', async () => {
    const [one, two] = [await customerWith(product, 30), await customerWith(product, 30)];
    const reserved = await redeem(redemptionOf(one, 'poster'));
    await confirm(idOf(await redeem(redemptionOf(one, 'poster'))));
    await product.stop();
    product = await RunningProduct.open(product.data);
    await refuses(() => redeem(redemptionOf(two, 'poster')), 422, 'RewardOutOfStock');
    await release(idOf(reserved));
    expect(await redeem(redemptionOf(two, 'poster'))).toMatchObject({ status: 201, body: { piece: 1 } });
    product.passTime(5 * MINUTE);
    expect(await redeem(redemptionOf(one, 'poster'))).toMatchObject({ status: 201, body: { piece: 1 } });
    await refuses(() => redeem(redemptionOf(two, 'poster')), 422, 'RewardOutOfStock');
  });
});

describe('a redemption that is read', () => {
  it('is read as it is now, whatever became of it', async () => {
    const customer = await customerWith(product, 500, 5);
    const read = async (answer: Answer) => (await product.send('GET', `/v1/redemptions/${idOf(answer)}`)).body;
    const reserved = await redeem(redemptionOf(customer, 'haircut'));
    expect(await read(reserved)).toEqual({
      redemptionId: idOf(reserved),
      customerId: customer,
      state: 'reserved',
      reward: { programme: 'shop', id: 'haircut', name: 'Haircut', kind: 'service' },
      issued: null,
      cost: { wallet: 'points', points: 100 },
      reservedUntil: reserved.body['reservedUntil'],
    });
    await confirm(idOf(reserved));
    expect(await read(reserved)).toMatchObject({ state: 'confirmed', reservedUntil: reserved.body['reservedUntil'] });
    const released = await redeem(redemptionOf(customer, 'five-off'));
    await release(idOf(released));
    expect(await read(released)).toMatchObject({ state: 'released' });
    const [issued] = await held(customer);
    const used = redemptionOf(customer, 'free-cone', { issued, offline: true, occurredAt: clockAfter(0, reserved) });
    expect(await read(await redeem(used))).toMatchObject({ state: 'confirmed', issued, reservedUntil: null });
    const left = await redeem(redemptionOf(customer, 'mug'));
    expect(await read(left)).toMatchObject({ state: 'reserved', piece: 1 });
    product.passTime(5 * MINUTE);
    expect(await read(left)).toMatchObject({ state: 'lapsed' });
    const nothing = await product.send('GET', '/v1/redemptions/red_00000000-0000-7000-8000-000000000000');
    expect(nothing).toMatchObject({ status: 404, body: { code: 'RedemptionNotFound' } });
    await product.send('PUT', '/v1/outlets/cebu-1', {
      body: { name: 'Cebu', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' },
    });
    const as = await product.key('till', { outlets: ['cebu-1'] });
    expect(await product.send('GET', `/v1/redemptions/${idOf(left)}`, { as })).toMatchObject({ status: 403 });
  });
});
