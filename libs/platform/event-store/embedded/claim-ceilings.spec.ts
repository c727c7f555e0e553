import * as fc from 'fast-check';
import { ClaimCeilings } from './claim-ceilings';

/** An index that learns of a taken key only when it is told to, as the real one follows the log. */
class LateIndex {
  readonly keys: string[] = [];
  greatestClaim(prefix: string): string | undefined {
    return this.keys
      .filter((key) => key.startsWith(prefix))
      .sort()
      .at(-1);
  }
}

const key = fc
  .tuple(
    fc.constantFrom('main/receipt/a~1~', 'main/receipt/a~2~', 'main/card/', ''),
    fc.constantFrom('1', '2', '9', '10', '099', '0100', 'é', 'z'),
  )
  .map(([family, last]) => family + last);

describe('claim ceilings', () => {
  it('never call a key new that was taken, whenever the index comes to know of it', () => {
    fc.assert(
      fc.property(fc.array(key), fc.array(fc.record({ key, indexed: fc.boolean() })), (before, steps) => {
        const index = new LateIndex();
        index.keys.push(...before);
        const ceilings = new ClaimCeilings(index);
        const taken = new Set(before);
        const waiting: string[] = [];
        for (const step of steps) {
          if (taken.has(step.key)) expect(ceilings.isAboveAll(step.key)).toBe(false);
          ceilings.raiseTo(step.key);
          taken.add(step.key);
          waiting.push(step.key);
          if (step.indexed) index.keys.push(...waiting.splice(0));
        }
        for (const each of taken) expect(ceilings.isAboveAll(each)).toBe(false);
      }),
    );
  });

  it('know the next receipt of a till as new, and ask for one that is not the greatest', () => {
    const index = new LateIndex();
    index.keys.push('main/receipt/a~1~000122');
    const ceilings = new ClaimCeilings(index);
    expect(ceilings.isAboveAll('main/receipt/a~1~000123')).toBe(true);
    ceilings.raiseTo('main/receipt/a~1~000123');
    expect(ceilings.isAboveAll('main/receipt/a~1~000123')).toBe(false);
    expect(ceilings.isAboveAll('main/receipt/a~1~000121')).toBe(false);
    expect(ceilings.isAboveAll('main/receipt/a~1~000124')).toBe(true);
    expect(ceilings.isAboveAll('main/receipt/a~1~é')).toBe(false);
    expect(ceilings.isAboveAll('nothing')).toBe(false);
  });
});
