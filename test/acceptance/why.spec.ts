import type { JsonObject } from '../../libs/kernel/json';
import { customerWith, idOf, openRewardShop, redemptionOf } from './reward-shop';
import { RunningProduct, textOf } from './running-product';

let product: RunningProduct;
beforeAll(async () => {
  product = await RunningProduct.open();
  await openRewardShop(product);
});
afterAll(() => product.close());

const post = async (path: string, body: object) => {
  const answer = await product.send('POST', path, { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer;
};

describe('A.2 why an entry is what it is', () => {
  it('is answered of every entry of an account that has seen a bit of everything', async () => {
    const customer = await customerWith(product, 200, 5);
    await post('/v1/activities', {
      customer: { id: customer },
      activity: 'review',
      occurredAt: '2026-11-25T10:50:00+08:00',
    });
    const reservation = await post('/v1/redemptions', redemptionOf(customer, 'haircut'));
    await post(`/v1/redemptions/${idOf(reservation)}/confirm`, {});
    const other = await post('/v1/redemptions', redemptionOf(customer, 'star'));
    await post(`/v1/redemptions/${idOf(other)}/release`, {});
    const adjustment = { customer: { id: customer }, programme: 'shop', wallet: 'points', points: -10 };
    const { body } = await post('/v1/adjustments', { ...adjustment, reason: 'Counted twice' });
    const path = `/v1/customers/${customer}/entries`;
    const listed = await product.send('GET', `${path}?position=${textOf(body['position'])}`);
    const entries = listed.body['entries'] as readonly JsonObject[];
    const kinds = new Set(entries.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(
      expect.arrayContaining([
        'activity',
        'purchase',
        'redemption',
        'release',
        'reservation',
        'rewardIssued',
        'stamps',
        'withdrawal',
      ]),
    );
    for (const entry of entries) {
      const why = await product.send('GET', `${path}/${textOf(entry['id'])}/why`, {
        headers: { 'accept-language': 'vi' },
      });
      expect([entry['kind'], why.status, why.headers.get('content-language')]).toEqual([entry['kind'], 200, 'vi']);
      expect((why.body['sentences'] as readonly string[]).length).toBeGreaterThan(0);
    }
  });

  it('a programme tells what it does in the language that is asked for, and a copy in another is no copy', async () => {
    const read = (language: string, more = {}) =>
      product.send('GET', '/v1/programmes/shop', { headers: { 'accept-language': language, ...more } });
    const [english, vietnamese] = [await read('en'), await read('vi')];
    const inWords = ({ body }: typeof english) =>
      (body['published'] as readonly JsonObject[])[0]?.['inWords'] as JsonObject;
    expect(inWords(english)['stampCards']).toEqual({
      cones: '“Free cone” for every 5 units paid for of article ICE-CONE. Returns take stamps back.',
    });
    expect(inWords(vietnamese)['stampCards']).toEqual({
      cones: '“Free cone” cho mỗi 5 món đã trả tiền thuộc mặt hàng ICE-CONE. Tem bị thu hồi khi trả hàng.',
    });
    const { headers } = vietnamese;
    expect([headers.get('content-language'), headers.get('vary')]).toEqual(['vi', 'Accept-Language']);
    const copy = { 'if-none-match': headers.get('etag') ?? '' };
    expect([(await read('vi', copy)).status, (await read('en', copy)).status]).toEqual([304, 200]);
  });
});
