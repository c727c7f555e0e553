import type { JsonValue } from '../../../kernel/json';
import { adjusted, bought, confirmed, honoured, released, reserved, usedOffline } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { given, sale, sha256, deliver, type SaleSketch } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import { evolveAccount, foldAccount, ledgerHash } from './account.ledger';
import { initialAccount } from './account.state';
import { accountFromJson, accountToJson } from './account-checkpoint';
import { atOnce } from '../../../kernel/sliced';

const base = onePointPer('1.00');
describe('S2 when a purchase acts', () => {
  const doubleDay = { from: '2026-09-21', until: '2026-09-22' };
  const double = { id: 'double', kind: 'multiplier', wallet: 'points', factor: '2', when: doubleDay } as const;
  const rules = always({ rules: [base, double] });

  it('60 days late, double points on its day: 20 points today, and no other entry moves', () => {
    const { decided, thenEarned, thenHolds } = given(rules, { receipt: '1', at: '2026-11-19T10:00:00+08:00' }).when({
      receipt: '2',
      at: '2026-09-21T10:00:00+08:00',
      recordedAt: '2026-11-20T10:00:00+08:00',
      amounts: [1_000],
    });
    thenEarned({ 'main.points': 20 });
    thenHolds({ 'main.points': 155 });
    expect(decided).toMatchObject({
      effectiveAt: Date.parse('2026-11-20T10:00:00+08:00'),
      events: [{ data: { flags: ['beyondHorizon'] } }, { type: 'PointsEarned' }],
    });
  });

  it('45 days late acts in its place, a millisecond more today; imported history is never late', () => {
    const flagsOf = (lateMs: number, more: SaleSketch = {}) => {
      const at = '2026-09-21T10:00:00Z';
      const recordedAt = new Date(Date.parse(at) + lateMs).toISOString();
      const { decided } = given(rules).when({ at, recordedAt, ...more });
      if (decided.kind === 'refused') throw new Error(decided.code);
      return { flags: decided.outcome['flags'], inPlace: decided.effectiveAt === decided.occurredAt };
    };
    const horizon = 45 * 86_400_000;
    expect(flagsOf(horizon)).toEqual({ flags: [], inPlace: true });
    expect(flagsOf(horizon + 1)).toEqual({ flags: ['beyondHorizon'], inPlace: false });
    expect(flagsOf(40 * horizon, { source: 'import' })).toEqual({ flags: [], inPlace: true });
    expect(flagsOf(-300_000)).toEqual({ flags: [], inPlace: true });
    expect(flagsOf(-300_001)).toEqual({ flags: ['inTheFuture'], inPlace: false });
  });

  it('terms are those in force when it occurred', () => {
    const revisions = terms({
      main: { '2026-01-01': programme({ rules: [base] }), '2026-11-20': programme({ rules: [onePointPer('0.50')] }) },
    });
    given(revisions).when({ at: '2026-11-19T23:59:59.999Z' }).thenEarned({ 'main.points': 135 });
    given(revisions).when({ at: '2026-11-20T00:00:00Z' }).thenEarned({ 'main.points': 270 });
    given(revisions)
      .when({ at: '2026-09-01T00:00:00Z', recordedAt: '2026-11-21T00:00:00Z' })
      .thenEarned({ 'main.points': 135 });
  });

  it('a clock far ahead does not reach into terms that may still be made', () => {
    const revisions = terms({
      main: { '2026-01-01': programme({ rules: [base] }), '2026-12-01': programme({ rules: [onePointPer('0.50')] }) },
    });
    given(revisions)
      .when({ at: '2027-01-01T00:00:00Z', recordedAt: '2026-11-20T00:00:00Z' })
      .thenEarned({ 'main.points': 135 });
  });
});

describe('a late purchase', () => {
  const account = always({ rounding: { scope: 'account' }, rules: [base] });
  const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00+08:00`;
  const earlier: SaleSketch[] = [
    { receipt: '1', at: at(10), amounts: [60] },
    { receipt: '2', at: at(20), amounts: [60] },
  ];
  const late: SaleSketch = { receipt: '0', at: at(0), recordedAt: at(30), amounts: [50] };

  it('is put where it belongs, with one net correction that holds every lot it changed', () => {
    const { decided, thenHolds } = given(account, ...earlier).when(late);
    // 0.5, 1.1, 1.7: the first point now falls on receipt 1, and none on receipt 2.
    thenHolds({ 'main.points': 1 });
    expect(decided).toMatchObject({
      events: [
        { data: { flags: ['late'] } },
        {
          type: 'LedgerCorrected',
          data: {
            cause: 'manila-1~2~0',
            deltas: [],
            more: 0,
            entries: [
              { fact: 'manila-1~2~1', before: 0, after: 1 },
              { fact: 'manila-1~2~2', before: 1, after: 0 },
            ],
          },
        },
      ],
    });
  });

  it('names the ledger before and after by the hashes of the same folds', () => {
    const { facts, drafts } = deliver(account, [...earlier, late].map(sale));
    const [before, after] = [facts.slice(0, 2), facts].map((held) =>
      atOnce(ledgerHash(atOnce(foldAccount(held, account)), sha256)),
    );
    expect(drafts[2]).toMatchObject({ events: [{}, { data: { hashBefore: before, hashAfter: after } }] });
    expect(before).not.toBe(after);
  });

  it('lists at most 200 changed lots, its own first, and counts the rest', () => {
    const many = Array.from({ length: 250 }, (_, index): SaleSketch => {
      const occurred = new Date(Date.parse('2026-11-20T00:00:00Z') + index * 60_000).toISOString();
      return { receipt: String(index), at: occurred, amounts: [index % 2 === 0 ? 50 : 150] };
    });
    const first: SaleSketch = {
      receipt: 'late',
      at: '2026-11-19T23:00:00Z',
      recordedAt: '2026-11-21T00:00:00Z',
      amounts: [150],
    };
    const { decided } = given(account, ...many).when(first);
    expect(decided).toMatchObject({
      events: [
        {},
        { data: { deltas: [{ points: 1 }], more: 51, entries: { 0: { fact: 'manila-1~2~late' }, length: 200 } } },
      ],
    });
  });

  it('S4 at the same instant comes by outlet, till and receipt, bytewise, however it was delivered', () => {
    const same = (outlet: string, till: string, receipt: string): SaleSketch => ({
      outlet,
      till,
      receipt,
      amounts: [60],
      recordedAt: at(30),
    });
    const order = [
      same('a', '10', '9'),
      same('a', '9', '1'),
      same('a', '9', '10'),
      same('a', '9', '2'),
      same('b', '1', '0'),
    ];
    const delivered = deliver(
      account,
      [4, 2, 0, 3, 1].map((index) => sale(order[index] ?? {})),
    );
    const ledger = atOnce(foldAccount(delivered.facts, account));
    expect(ledger.entries.map(({ fact }) => fact)).toEqual(['a~10~9', 'a~9~1', 'a~9~10', 'a~9~2', 'b~1~0']);
    expect(delivered.account).toEqual(ledger.account);
  });
});

describe('an anonymous purchase', () => {
  it('is held without lots, with what it would give to whoever claims it within 30 days', () => {
    const { decided, thenEarned, thenHolds } = given(always({ rules: [base] })).when({ anonymous: true });
    thenEarned({});
    thenHolds({});
    expect(decided).toMatchObject({
      outcome: {
        balances: [],
        claimable: [{ programme: 'main', wallet: 'points', points: 135, until: '2026-12-20T02:15:00.000Z' }],
        receiptLines: ['points to claim before 2026-12-20 10:15: 135'],
      },
    });
  });

  it('of long ago can no longer be claimed', () => {
    const { decided } = given(always({ rules: [base] })).when({
      anonymous: true,
      at: '2010-12-01T08:26:00Z',
      recordedAt: '2026-11-20T00:00:00Z',
      source: 'import',
    });
    expect(decided).toMatchObject({ outcome: { claimable: [] } });
  });
});

describe('an account that follows its stored facts and tells nobody', () => {
  it('comes to the same as one that decides on them', () => {
    const rules = always({
      timeZone: 'UTC',
      rules: [base],
      expiry: { kind: 'fixed', after: { unit: 'day', count: 20 } },
      pending: { unit: 'day', count: 2 },
      rewards: [{ id: 'free', name: 'free', kind: 'service', validity: { unit: 'day', count: 20 } }],
      stampCards: [{ id: 'card', name: 'card', collect: 'unit', every: 2, reward: 'free' }],
    });
    const issued = 'main~card~1~1';
    const facts = [
      bought('1', { at: '2026-01-01', lines: [{ quantity: 5, amount: 100 }] }),
      adjusted('a', 50, { at: '2026-01-05' }),
      reserved('r', { at: '2026-01-05T13:00:00Z', cost: 40 }),
      confirmed('r', { at: '2026-01-05T13:01:00Z' }),
      reserved('s', { at: '2026-01-05T14:00:00Z', cost: 30 }),
      released('s', { at: '2026-01-05T14:01:00Z' }),
      reserved('t', { at: '2026-01-05T15:00:00Z', issued, reward: 'free' }),
      confirmed('t', { at: '2026-01-05T15:01:00Z' }),
      adjusted('b', -30, { at: '2026-01-06' }),
      honoured('c', 10, { at: '2026-01-07' }),
      honoured('d', -5, { at: '2026-01-07T13:00:00Z' }),
      usedOffline('u', { at: '2026-01-08', cost: 200 }),
      bought('2', { at: '2026-01-08T13:00:00Z', amount: 150 }),
      bought('3', { at: '2026-03-01', amount: 10 }),
    ];
    const { account } = new AccountStory(rules).deliver(...facts);
    expect(account.wallets[0]?.totals).toMatchObject({ spent: 125, adjustedDown: 30, honoured: 5, paidToDebt: 115 });
    expect(account.cards).toMatchObject([{ milli: 7000, used: 1, expired: 2, live: [] }]);
    expect(facts.reduce((at, fact) => evolveAccount(at, fact, rules), initialAccount)).toEqual(account);
  });
});

describe('the checkpoint of an account', () => {
  it('gives back the account it was made from', () => {
    const rules = always({ rounding: { scope: 'account' }, rules: [onePointPer('3.00')] });
    const { account } = deliver(rules, [
      sale({ receipt: '1', amounts: [100] }),
      sale({ receipt: '2', amounts: [350] }),
    ]);
    expect(accountFromJson(JSON.parse(JSON.stringify(accountToJson(account))) as JsonValue)).toEqual(account);
  });
});
