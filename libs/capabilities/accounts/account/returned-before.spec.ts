import fc from 'fast-check';
import { atOnce } from '../../../kernel/sliced';
import {
  bought,
  confirmed,
  ofNobody,
  redemptionId,
  reserved,
  returned,
  withWaiting,
} from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { sha256 } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { ReturnTerms } from '../../programmes';
import { foldAccount, ledgerHash } from './account.ledger';
import type { AccountFact } from './effective-order';

const base = onePointPer('1.00');
const zone = { timeZone: 'UTC' };
const plain = always({ ...zone, rules: [base] });
const returning = (returns: ReturnTerms) => always({ ...zone, rules: [base], returns });

describe('S27 a return before its purchase', () => {
  it('of nobody, that comes along with its purchase, is what it would be if the purchase had come first', () => {
    const minute = fc.integer({ min: 0, max: 200_000 });
    const told = fc.record({
      policy: fc.constantFrom<ReturnTerms>(
        { basis: 'ownInvoice' },
        { basis: 'rerate', unmatched: 'wait' },
        { basis: 'rerate', unmatched: 'ownInvoice' },
        { basis: 'rerate', unmatched: 'ignore' },
      ),
      sold: minute,
      recorded: minute,
      returns: fc.array(fc.record({ at: minute, late: minute, quantity: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      others: fc.array(minute, { maxLength: 3 }),
    });
    const instant = (minutes: number): string => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();
    const hash = (facts: readonly AccountFact[], rules: typeof plain): string =>
      atOnce(ledgerHash(atOnce(foldAccount(facts, rules)), sha256));
    fc.assert(
      fc.property(told, ({ policy, sold, recorded, returns, others }) => {
        const rules = returning(policy);
        const lines = [{ quantity: 4, amount: 100 }];
        const purchase = bought('1', { at: instant(sold), recordedAt: instant(sold + recorded), lines });
        const early = returns.map(({ at, late, quantity }, index) =>
          ofNobody(
            returned(`r${index}`, {
              at: instant(at),
              recordedAt: instant(at + late),
              of: '1',
              lines: [{ quantity, amount: quantity * 25 }],
            }),
          ),
        );
        const rest = others.map((at, index) => bought(`o${index}`, { at: instant(at), amount: 10 }));
        const apart = hash([...rest, purchase, ...early], rules);
        const story = new AccountStory(rules).deliver(...rest, withWaiting(purchase, ...early));
        expect(hash([withWaiting(purchase, ...early), ...rest], rules)).toBe(apart);
        expect(atOnce(ledgerHash(story.derivedLedger(), sha256))).toBe(apart);
      }),
      { numRuns: 200 },
    );
  });
});

describe('S20 a redemption that is confirmed only after goods it pays for came back', () => {
  it('is given back by what comes back next, for all that has come back by then', () => {
    const lines = [
      { sku: 'A', amount: 60 },
      { sku: 'B', amount: 40 },
    ];
    const payments = [{ kind: 'points', amount: 100, redemption: redemptionId('r') }] as const;
    const back = (receipt: string, minute: number, sku: string, amount: number) =>
      returned(receipt, { at: `2026-01-02T10:0${minute}:00Z`, of: '1', lines: [{ sku, amount }] });
    const story = new AccountStory(plain).deliver(
      bought('0', { at: '2026-01-01', amount: 1000 }),
      reserved('r', { at: '2026-01-02T10:00:00Z', cost: 1000 }),
      bought('1', { at: '2026-01-02T10:01:00Z', lines, payments }),
      back('b', 2, 'B', 40),
      confirmed('r', { at: '2026-01-02T10:03:00Z' }),
    );
    expect(story.shown()).toEqual({ earned: 1000, spent: 1000 });
    story.deliver(back('a', 4, 'A', 60));
    expect(story.shown()).toEqual({ earned: 1000, available: 1000 });
  });
});
