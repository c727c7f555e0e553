import fc from 'fast-check';
import { isGone, NONE_GONE, ordinalsLeft, withGone, withoutGone, type GoneOrdinals } from './gone-ordinals';

const MOST = 12;

function firstLeft(gone: GoneOrdinals, count: number): readonly number[] {
  const left = ordinalsLeft(gone);
  return Array.from({ length: count }, () => left.next().value);
}

describe('S39 ordinals of rewards that are over', () => {
  it('are known by the highest of them while none below it is left', () => {
    const gone = [2, 1, 3].reduce(withGone, NONE_GONE);
    expect(gone).toEqual({ upTo: 3, but: [] });
    expect(firstLeft(gone, 2)).toEqual([4, 5]);
  });

  it('are as they were when the highest comes back', () => {
    const before = withGone(NONE_GONE, 1);
    expect(withoutGone(withGone(before, 4), 4)).toEqual(before);
    expect(withoutGone(before, 1)).toEqual(NONE_GONE);
  });

  it('are the same set, in one form, whatever comes and goes in whichever order', () => {
    const moves = fc.array(fc.record({ ordinal: fc.integer({ min: 1, max: MOST }), goes: fc.boolean() }));
    fc.assert(
      fc.property(moves, (all) => {
        const set = new Set<number>();
        let gone = NONE_GONE;
        for (const { ordinal, goes } of all) {
          if (goes) set.add(ordinal);
          else set.delete(ordinal);
          gone = (goes ? withGone : withoutGone)(gone, ordinal);
        }
        const ordinals = Array.from({ length: MOST + 2 }, (_, index) => index + 1);
        expect(ordinals.filter((ordinal) => isGone(gone, ordinal))).toEqual([...set].sort((a, b) => a - b));
        const left = ordinals.filter((ordinal) => !set.has(ordinal));
        expect(firstLeft(gone, left.length)).toEqual(left);
        expect(gone).toEqual([...set].sort((a, b) => a - b).reduce(withGone, NONE_GONE));
      }),
    );
  });
});
