import { TokenBuckets } from './token-buckets';

describe('what a key may send', () => {
  it('is never more at once than its limit, and all of it again a second later', () => {
    let now = 0;
    const buckets = new TokenBuckets(3, () => now);
    const takeAll = () => [buckets.take('key_1'), buckets.take('key_1'), buckets.take('key_1'), buckets.take('key_1')];
    expect(takeAll()).toEqual([2, 1, 0, -1]);
    now += 1_000;
    expect(takeAll()).toEqual([2, 1, 0, -1]);
    now += 3_600_000;
    expect(takeAll()).toEqual([2, 1, 0, -1]);
  });

  it('comes back evenly, for each key apart', () => {
    let now = 0;
    const buckets = new TokenBuckets(2, () => now);
    for (const left of [1, 0, -1]) expect(buckets.take('key_1')).toBe(left);
    now += 500;
    expect([buckets.take('key_1'), buckets.take('key_1'), buckets.take('key_2')]).toEqual([0, -1, 1]);
  });
});
