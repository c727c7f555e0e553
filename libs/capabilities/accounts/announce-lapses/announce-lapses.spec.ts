import { bought, returned } from '../../../testing/account-facts';
import { recording, tell, untold } from '../../../testing/given-when-then';
import { always, onePointPer, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { AccountFact } from '../account/effective-order';
import { announceLapses } from './announce-lapses.decide';

const monthly = (more: Partial<ProgrammeSketch> = {}) =>
  always({
    timeZone: 'UTC',
    rules: [onePointPer('1.00')],
    expiry: { kind: 'fixed', after: { unit: 'day', count: 30 } },
    ...more,
  });

const at = (text: string): number => Date.parse(text);
const accountOf = (terms: ReturnType<typeof monthly>, ...facts: readonly AccountFact[]) =>
  tell(terms, untold, ...facts.map(recording)).account;

describe('what time alone has done is announced', () => {
  const terms = monthly();
  // End with the last day of January and with 4 February.
  const account = accountOf(
    terms,
    bought('1', { at: '2026-01-01', amount: 100 }),
    bought('2', { at: '2026-01-05', amount: 50 }),
  );
  const [first, second] = [at('2026-02-01'), at('2026-02-05')];
  const announced = (due: number, now: number, on = account) => {
    const told = announceLapses({ due, now }, on, terms);
    if (told.kind === 'refused') throw new Error(told.code);
    return told;
  };

  it('with when to come again: at the next lot’s end, or never', () => {
    const { events, next } = announced(first, first + 1_000);
    expect(events).toMatchObject([
      { type: 'PointsExpired', data: { points: 100, at: first } },
      { type: 'LapsesAnnounced', version: 1, data: { through: first + 1_000, next: second } },
    ]);
    expect(next).toStrictEqual({ ...account, announced: first + 1_000 });
    expect(announced(second, second, next).events).toMatchObject([
      { type: 'PointsExpired', data: { points: 50, at: second } },
      { type: 'LapsesAnnounced', data: { through: second, next: null } },
    ]);
  });

  it('once: not again for what was due by then, nor where no time has passed since', () => {
    const { next } = announced(first, first + 1_000);
    const again = (due: number, now: number) => announceLapses({ due, now }, next, terms);
    const refused = {
      kind: 'refused',
      code: 'AlreadyAnnounced',
      detail: 'Everything that was due has been announced.',
    };
    expect(again(first, first + 2_000)).toMatchObject(refused);
    expect(again(first + 1_000, first + 2_000)).toMatchObject(refused);
    expect(again(first + 1_001, first + 1_000)).toMatchObject(refused);
    expect(again(first + 1_001, first + 1_001)).toMatchObject({ kind: 'announced' });
  });
});

describe('S27 what comes with a return that is settled', () => {
  const terms = monthly({ returns: { basis: 'rerate', unmatched: 'ownInvoice' } });
  const settlesAt = at('2026-02-15T00:00:00Z');
  const waiting = returned('r', { at: '2026-01-01T00:00:00Z', of: 'unknown', amount: 40 });
  const announce = (account: ReturnType<typeof accountOf>) =>
    announceLapses({ due: settlesAt, now: settlesAt + 1_000 }, account, terms);

  it('is told with the next fact: announced is what came before, and when to come again is not known', () => {
    // The second lot ends at the very instant the return is settled.
    const account = accountOf(
      terms,
      waiting,
      bought('1', { at: '2026-01-10', amount: 100 }),
      bought('2', { at: '2026-01-15', amount: 50 }),
    );
    expect(account.settlesAt).toBe(settlesAt);
    expect(announce(account)).toMatchObject({
      kind: 'announced',
      events: [
        { type: 'PointsExpired', data: { points: 100, at: at('2026-02-10') } },
        { type: 'LapsesAnnounced', data: { through: settlesAt - 1, next: null } },
      ],
      next: { announced: settlesAt - 1 },
    });
    expect(announce({ ...account, announced: settlesAt - 1 })).toMatchObject({ code: 'AlreadyAnnounced' });
  });

  it('does not hide what comes due before it', () => {
    const account = accountOf(
      terms,
      waiting,
      bought('1', { at: '2026-01-10', amount: 100 }),
      bought('2', { at: '2026-01-14', amount: 50 }),
    );
    const now = at('2026-02-10');
    expect(announceLapses({ due: now, now }, account, terms)).toMatchObject({
      events: [{ type: 'PointsExpired' }, { type: 'LapsesAnnounced', data: { through: now, next: at('2026-02-14') } }],
    });
  });
});
