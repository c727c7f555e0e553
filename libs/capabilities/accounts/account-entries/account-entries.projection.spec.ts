import { because, purchase } from '../../../testing/account-history';
import { adjusted, bought, claimed, returned, voided, type ToldPurchase } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { given } from '../../../testing/given-events';
import { always, onePointPer } from '../../../testing/rule-sketches';
import type { AccountFact } from '../account/effective-order';
import { accountEntries, type AccountEntryRow } from './account-entries.projection';

const rules = always({ rules: [onePointPer('1.00')] });

/** The journal of an account that took these facts one after another. */
function journalOf(...facts: readonly AccountFact[]): readonly AccountEntryRow[] {
  const { drafts } = new AccountStory(rules).deliver(...facts);
  return given(
    ...drafts.map(({ events, occurredAt, effectiveAt }) => ({
      stream: 'account-main.cus_1',
      events,
      occurredAt,
      effectiveAt,
    })),
  ).rowsOf(accountEntries);
}

const shown = (rows: readonly AccountEntryRow[]) => rows.map(({ kind, points }) => [kind, points]);
const buy = (receipt: string, at: string, amount = 100, more: Partial<ToldPurchase> = {}) =>
  bought(receipt, { at, amount, ...more });

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
      cause: 'manila-1~2~123',
      programme: 'main',
      wallet: 'points',
      points: 135,
      moved: { earned: 135, available: 135 },
      lot: 'manila-1~2~123~base~main~points',
      card: null,
      stampsMilli: null,
      issued: null,
      because,
    });
    expect(stars).toMatchObject({ position: 2, line: 0, wallet: 'stars', points: 1 });
  });

  it('S14 show a correction as one net line per wallet and cause: "receipt 123 arrived late: +20"', () => {
    const rows = given(purchase({ receipt: '123', corrected: { points: 20, stars: 0, miles: -3 } })).rowsOf(
      accountEntries,
    );
    expect(rows).toMatchObject([
      { position: 1, line: 0, kind: 'correction', cause: 'manila-1~2~123', wallet: 'points', points: 20, lot: null },
      { position: 1, line: 2, kind: 'correction', wallet: 'miles', points: -3 },
    ]);
    expect(rows[0]?.because).toMatchObject({ cause: 'manila-1~2~123', entries: [{ wallet: 'points', after: 20 }] });
  });

  it('S14 show no line for a net of 0', () => {
    expect(given(purchase({ receipt: '1', corrected: { points: 0 } })).rowsOf(accountEntries)).toEqual([]);
  });

  it('S14 always show a void, also one that takes nothing', () => {
    const rows = journalOf(buy('1', '2026-03-01', 100), voided('1', { at: '2026-03-02' }));
    expect(shown(rows)).toEqual([
      ['purchase', 100],
      ['correction', -100],
    ]);
    const nothing = journalOf(buy('1', '2026-03-01', 0), voided('1', { at: '2026-03-02' }));
    expect(nothing).toMatchObject([{ kind: 'correction', cause: 'void~void-1', points: 0, wallet: null }]);
  });

  it('tell what was taken back, and what became of it where there was less', () => {
    const rows = journalOf(
      buy('1', '2026-03-01', 100),
      adjusted('a-1', -70, { at: '2026-03-02' }),
      returned('2', { at: '2026-03-03', of: '1', amount: 100 }),
    );
    expect(rows.map(({ kind, points, cause }) => [kind, points, cause])).toEqual([
      ['purchase', 100, 'manila-1~2~1'],
      ['withdrawal', -70, 'command-2'],
      ['reversal', -30, 'command-4'],
      ['debt', -70, 'return~manila-1~2~2'],
    ]);
  });

  it('name a claimed purchase by its receipt', () => {
    const anonymous = buy('9', '2026-03-01', 50, { anonymous: true });
    const rows = journalOf(claimed(anonymous, { at: '2026-03-05' }));
    expect(rows).toMatchObject([{ kind: 'purchase', cause: 'manila-1~2~9', points: 50 }]);
  });
});
