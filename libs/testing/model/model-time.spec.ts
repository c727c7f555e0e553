import { base, day, double, expectPoints, pointsOf, under } from './model-sketches';
import { confirmed, honoured, redemption, reported, reserved, returned, sold, voided } from './told-facts';

describe('the model: time', () => {
  it('the model: a sale 60 days late counts today, at the terms of its day, and moves nothing else (S2)', () => {
    const programmes = under({ rules: [base, double({ from: '2026-01-01', until: '2026-01-02' })] });
    const late = sold({
      receipt: '1',
      amounts: [1_000],
      at: day('2026-01-01'),
      effective: day('2026-03-02'),
      recorded: day('2026-03-02'),
    });
    expectPoints(programmes, [late], { earned: 0 }, day('2026-03-01'));
    expectPoints(programmes, [late, sold({ receipt: '2', at: day('2026-02-01') })], { available: 120 });
  });

  it('the model: what is earned on a fast clock can be redeemed at that instant (S3)', () => {
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01', '10:04') }),
      reserved(redemption('b', 100), day('2026-01-01', '10:04'), day('2026-01-01', '10:09')),
      confirmed('b', day('2026-01-01', '10:04')),
    ];
    expectPoints(under({}), facts, { available: 0, spent: 100, debtIncurred: 0 });
  });

  it('the model: a sale and its return at one instant are 0 points and no debt (S4)', () => {
    const at = day('2026-01-01');
    const facts = [sold({ receipt: '2', at }), returned({ receipt: '1', of: '2', at })];
    for (const basis of ['rerate', 'ownInvoice'] as const) {
      expectPoints(under({ returns: { basis } }), facts, { available: 0, reversed: 100, debtIncurred: 0 });
    }
  });

  it('the model: at one instant points expire before they are spent, and become active before that (S4)', () => {
    const programmes = under({ wallet: { pending: { unit: 'day', count: 1 } } });
    const facts = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      reported(redemption('a', 100), { at: day('2026-01-03', '00:00') }),
    ];
    expectPoints(programmes, facts, { spent: 100, debtIncurred: 0 });
    const ending = under({ wallet: { expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } } } });
    expectPoints(ending, facts, { expired: 100, spent: 0, debt: 100 });
  });

  it('the model: 31 January and one month ends with the last of February, in the zone of the programme (S6)', () => {
    const programmes = under({
      timeZone: 'Asia/Manila',
      wallet: { expiry: { kind: 'fixed', after: { unit: 'month', count: 1 } } },
    });
    const facts = [sold({ receipt: '1', at: '2026-01-31T10:00:00+08:00' })];
    expectPoints(programmes, facts, { available: 100 }, '2026-02-28T23:59:59+08:00');
    expectPoints(programmes, facts, { expired: 100, available: 0 }, '2026-03-01T00:00:00+08:00');
  });

  it('the model: a day that has no midnight, or two, starts when its clocks first show it or what comes after (S6)', () => {
    const ends = (timeZone: string, at: string): number | null | undefined =>
      pointsOf(
        under({ timeZone, wallet: { expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } } } }),
        [sold({ receipt: '1', at })],
        at,
      ).lots[0]?.expiresAt;
    // In Santiago the clocks went from 24:00 to 01:00 on 7 September 2025, and from 24:00 back to 23:00 on 5 April 2026.
    expect(ends('America/Santiago', '2025-09-05T12:00:00-04:00')).toBe(Date.parse('2025-09-07T01:00:00-03:00'));
    expect(ends('America/Santiago', '2026-04-03T12:00:00-03:00')).toBe(Date.parse('2026-04-05T00:00:00-04:00'));
    // In Havana 00:00 of 1 November 2026 came twice.
    expect(ends('America/Havana', '2026-10-30T12:00:00-04:00')).toBe(Date.parse('2026-11-01T00:00:00-04:00'));
  });

  it('the model: calendar conditions follow the outlet (S6)', () => {
    const programmes = under({ rules: [base, double({ from: '2026-11-21', until: '2026-11-22' })] });
    const at = '2026-11-20T16:30:00Z';
    expectPoints(programmes, [sold({ receipt: '1', at, more: { offsetMinutes: 480 } })], { available: 200 });
    expectPoints(programmes, [sold({ receipt: '1', at })], { available: 100 });
  });

  it('the model: rolling expiry begins anew with what is earned; the end of a period is a calendar’s (S6)', () => {
    const rolling = under({ wallet: { expiry: { kind: 'rolling', after: { unit: 'month', count: 1 } } } });
    const facts = [sold({ receipt: '1', at: day('2026-01-10') }), sold({ receipt: '2', at: day('2026-02-09') })];
    expectPoints(rolling, facts, { available: 200 }, day('2026-03-09', '23:59'));
    expectPoints(rolling, facts, { expired: 200 }, day('2026-03-10', '00:00'));
    const quarter = under({ wallet: { expiry: { kind: 'endOfPeriod', period: 'quarter', extra: 1 } } });
    expectPoints(quarter, facts, { available: 200 }, day('2026-06-30', '23:59'));
    expectPoints(quarter, facts, { expired: 200 }, day('2026-07-01', '00:00'));
  });

  it('the model: a return leaves the visits after it alone, a void does not (S7)', () => {
    const programmes = under({ rules: [base, double({ everyVisit: 2 })] });
    const facts = [sold({ receipt: '1', at: day('2026-01-01') }), sold({ receipt: '2', at: day('2026-01-02') })];
    expectPoints(programmes, facts, { available: 300 });
    const back = returned({ receipt: '3', of: '1', at: day('2026-01-03') });
    expectPoints(programmes, [...facts, back], { available: 200, reversed: 100 });
    const gone = [...facts, voided('1', day('2026-01-03'))];
    expectPoints(programmes, gone, { available: 100, earned: 200, reversed: 100 });
    const honour = honoured('void-1', 100, day('2026-01-03'));
    expectPoints(programmes, [...gone, honour], { available: 200, honoured: 100 });
  });

  it('the model: what is honoured is consumed only as far as it is not used (S8)', () => {
    const programmes = under({ rules: [base, double({ firstOf: 'day' })] });
    const facts = [
      sold({ receipt: '2', at: day('2026-01-01', '12:00') }),
      sold({
        receipt: '1',
        amounts: [1_000],
        at: day('2026-01-01', '11:00'),
        effective: day('2026-01-01', '11:00'),
        recorded: day('2026-01-02'),
      }),
    ];
    expectPoints(programmes, facts, { earned: 120 });
    const all = [...facts, honoured('1', 80, day('2026-01-02'))];
    expectPoints(programmes, all, { earned: 120, honoured: 80, available: 200 });
    const spent = [...all, reported(redemption('a', 150), { at: day('2026-01-03') })];
    const later = honoured('3', -80, day('2026-01-04'));
    expectPoints(programmes, [...all, later], { honoured: 0, available: 120 });
    expectPoints(programmes, [...spent, later], { honoured: 30, available: 0, spent: 150 });
  });

  it('the model: a late return leaves the reward and makes debt (S11); a late spend revives what had expired (S12)', () => {
    const redeemed = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      reserved(redemption('a', 100), day('2026-01-02', '10:00'), day('2026-01-02', '10:05')),
      confirmed('a', day('2026-01-02', '10:01')),
      returned({ receipt: '2', of: '1', at: day('2026-01-01', '11:00'), recorded: day('2026-01-03') }),
    ];
    expectPoints(under({}), redeemed, { spent: 0, debt: 0, available: 0 }, day('2026-01-01', '12:00'));
    expectPoints(under({}), redeemed, { spent: 0, debt: 100, reversed: 100, available: 0 });
    const expiring = under({ wallet: { expiry: { kind: 'fixed', after: { unit: 'day', count: 30 } } } });
    const offline = [
      sold({ receipt: '1', at: day('2026-01-01') }),
      reported(redemption('a', 100), { at: day('2026-01-30'), recorded: day('2026-02-03') }),
    ];
    expectPoints(expiring, offline, { expired: 0, spent: 100, debt: 0 });
  });
});
