import fc from 'fast-check';
import { shuffled } from './shop-documents';

describe('a random order', () => {
  test('holds everything once, and follows from its seed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.nat(), (documents, seed) => {
        const order = shuffled(documents, seed);
        expect([...order].sort()).toEqual([...documents].sort());
        expect(shuffled(documents, seed)).toEqual(order);
      }),
    );
  });

  test('is another one for another seed, and leaves little where it was', () => {
    const documents = Array.from({ length: 1_000 }, (_, index) => index);
    const orders = Array.from({ length: 20 }, (_, seed) => shuffled(documents, seed));
    expect(new Set(orders.map((order) => order.join())).size).toBe(20);
    for (const order of orders) {
      expect(order.filter((document, index) => document === index).length).toBeLessThan(10);
    }
  });
});
