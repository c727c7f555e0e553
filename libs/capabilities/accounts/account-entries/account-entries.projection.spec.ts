import { because, purchase } from '../../../testing/account-history';
import { given } from '../../../testing/given-events';
import { accountEntries } from './account-entries.projection';

describe('the entries of an account', () => {
  it('are one line per lot, with its receipt and why', () => {
    const [points, stars] = given(
      purchase({ receipt: '123', earned: { points: 135, stars: 1 }, recordedAt: '2026-11-20T10:16:00+08:00' }),
    ).rowsOf(accountEntries);
    expect(points).toEqual({
      tenant: 'main',
      account: 'cus_1',
      position: 1,
      line: 0,
      kind: 'purchase',
      occurredAt: Date.parse('2026-11-20T02:15:00Z'),
      effectiveAt: Date.parse('2026-11-20T02:15:00Z'),
      recordedAt: Date.parse('2026-11-20T02:16:00Z'),
      receiptKey: 'manila-1~2~123',
      programme: 'main',
      wallet: 'points',
      points: 135,
      lot: 'manila-1~2~123~base~main.points',
      because,
    });
    expect(stars).toMatchObject({ position: 2, line: 0, wallet: 'stars', points: 1 });
  });

  it('S14 show a correction as one net line per wallet and cause: "receipt 123 arrived late: +20"', () => {
    const rows = given(purchase({ receipt: '123', corrected: { points: 20, stars: 0, miles: 3 } })).rowsOf(
      accountEntries,
    );
    expect(rows).toMatchObject([
      {
        position: 1,
        line: 0,
        kind: 'correction',
        receiptKey: 'manila-1~2~123',
        wallet: 'points',
        points: 20,
        lot: null,
      },
      { position: 1, line: 2, kind: 'correction', wallet: 'miles', points: 3 },
    ]);
    expect(rows[0]?.because).toMatchObject({ cause: 'manila-1~2~123', entries: [{ wallet: 'points', after: 20 }] });
  });

  it('S14 show no line for a net of 0', () => {
    expect(given(purchase({ receipt: '1', corrected: { points: 0 } })).rowsOf(accountEntries)).toEqual([]);
  });
});
