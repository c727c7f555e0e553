import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import type { TenantId } from '../../../kernel/ids';
import { decideOn, deliver, sale } from '../../../testing/given-when-then';
import { onePointPer, programme, terms } from '../../../testing/rule-sketches';
import { purchaseDecider } from '../record-purchase/record-purchase.decide';
import { isKept, quotedTerms, quoteToken, readQuoteToken } from './quote-token';

const MAIN = 'main' as TenantId;
const pepper = randomBytes(32);
const midnight = Date.parse('2026-11-21T00:00:00+08:00');
const minute = 60_000;

/** One point a peso, and from midnight on two for every three. */
const changing = terms({
  main: {
    '2026-01-01': programme({ rules: [onePointPer('1.00')] }),
    [new Date(midnight).toISOString()]: programme({ rules: [{ ...onePointPer('3.00'), points: '2' }] }),
  },
});
const quoted = quotedTerms(MAIN, changing, midnight - minute, midnight - minute);

const earned = (purchase: ReturnType<typeof sale>): number => {
  const { account } = deliver(changing, [purchase]);
  return account.wallets[0]?.totals.earned ?? 0;
};

const sold = (at: number, pinned: { termsAt?: number; quoteExpired?: boolean }) => {
  const told = sale({ at: new Date(at).toISOString(), amounts: [30_000] });
  const { termsAt, quoteExpired } = pinned;
  return {
    ...told,
    now: at,
    purchase: { ...told.purchase, ...(termsAt !== undefined && { termsAt }) },
    ...(quoteExpired !== undefined && { quoteExpired }),
  };
};

describe('L.10 a quote', () => {
  it('S31 keeps its revision: quoted 23:59 under R1, posted 00:01: R1', () => {
    const at = midnight + minute;
    expect(isKept(quoted, changing, { occurredAt: at, now: at })).toBe(true);
    expect(earned(sold(at, { termsAt: quoted.termsAt }))).toBe(300);
    expect(earned(sold(at, {}))).toBe(200);
  });

  it('S31 is ignored once its 15 minutes are over, and the purchase is flagged', () => {
    const [last, over] = [quoted.until, quoted.until + 1];
    expect(isKept(quoted, changing, { occurredAt: last, now: last })).toBe(true);
    expect(isKept(quoted, changing, { occurredAt: last, now: over })).toBe(false);
    const late = decideOn(changing, purchaseDecider(sold(over, { quoteExpired: true })), deliver(changing, []));
    expect(late).toMatchObject({ kind: 'draft', outcome: { flags: ['quoteExpired'] } });
  });

  it('S31 of terms long past lends them to no purchase of today', () => {
    const old = quotedTerms(MAIN, changing, midnight - 60 * minute, midnight);
    expect(isKept(old, changing, { occurredAt: midnight, now: midnight })).toBe(false);
  });

  it('is read back as it was given, by its tenant alone', () => {
    const token = quoteToken(quoted, pepper);
    expect(readQuoteToken(token, MAIN, pepper)).toEqual(quoted);
    expect(readQuoteToken(token, 'other' as TenantId, pepper)).toBeUndefined();
    expect(readQuoteToken(token, MAIN, randomBytes(32))).toBeUndefined();
  });

  it('cannot be changed by anybody', () => {
    const token = quoteToken(quoted, pepper);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '7', '-', '.'), (at, other) => {
        fc.pre(token[at] !== other);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        expect(readQuoteToken(changed, MAIN, pepper)).toBeUndefined();
      }),
    );
    for (const text of ['', '.', 'x', `${token}x`]) expect(readQuoteToken(text, MAIN, pepper)).toBeUndefined();
  });
});
