import type { LotKey, ReceiptKey, RedemptionId, RewardKey } from '../../../kernel/ids';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import { words } from '../../../kernel/words/words';
import type { LedgerDecision } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';
import { tellDecision, tellFact, tellFactKey, type Voice } from './tell-account';

const called: Readonly<Record<string, string>> = { points: 'Suki points', cones: 'Tenth cone', cone: 'Free cone' };
const voice = (language: Language): Voice => ({
  words: words(language),
  nameOf: (_, { id }) => called[id] ?? id,
  offsetMinutes: 480,
});

const at = Date.parse('2026-12-01T00:00:00+08:00');
const part = { programme: 'main', wallet: 'points', points: 1, lot: 'a~b~main~points' as LotKey };
const spent = { ...part, redemption: 'r-1' as RedemptionId };
const debt = { programme: 'main', wallet: 'points', points: 1, cause: 'return~a' };
const reward = { programme: 'main', card: 'cones', reward: 'cone', issued: 'main~cones~1~0' as RewardKey };
const stamps = { programme: 'main', card: 'cones', total: 3000 };
const because = { revision: 1, rule: 'base', counted: '1.00', exact: '1' };

const decisions: { readonly [Type in LedgerDecision['type']]: Extract<LedgerDecision, { type: Type }>['data'] } = {
  PointsEarned: { ...part, activeAt: at, expiresAt: null, because },
  PointsGranted: { ...part, origin: 'adjusted', activeAt: at, expiresAt: null },
  PointsActivated: { ...part, at },
  PointsReserved: spent,
  PointsReleased: spent,
  PointsSpent: { ...spent, from: 'available' },
  PointsRestored: { ...spent, activeAt: at, expiresAt: null },
  PointsExpired: { ...part, at },
  PointsReversed: { ...part, from: 'available' },
  PointsWithdrawn: { ...part, origin: 'honoured' },
  DebtIncurred: debt,
  DebtPaid: { ...debt, lot: part.lot },
  DebtForgiven: debt,
  StampsCollected: { ...stamps, milli: 1000 },
  RewardIssued: { ...reward, expiresAt: null, revision: 1 },
  RewardUsed: { ...reward, redemption: spent.redemption },
  RewardRevoked: reward,
  RewardExpired: { ...reward, at },
};
const told = (language: Language) =>
  Object.entries(decisions).map(([type, data]) =>
    tellDecision({ type, version: 1, data } as LedgerDecision, voice(language)),
  );

describe('what became of an account', () => {
  it('is told in one sentence a decision', () => {
    expect(told('en')).toEqual([
      'Suki points: +1 earned.',
      'Suki points: +1 added by the shop.',
      'Suki points: 1 can be used since 2026-12-01 00:00 (+08:00).',
      'Suki points: 1 held for a reward.',
      'Suki points: 1 no longer held.',
      'Suki points: -1 used for a reward.',
      'Suki points: +1 given back to you.',
      'Suki points: -1 expired, 2026-12-01 00:00 (+08:00).',
      'Suki points: -1 taken back with a return or a void.',
      'Suki points: -1 no longer honoured, earned meanwhile.',
      'Suki points: 1 owed, more was taken back than there was.',
      'Suki points: -1 went to what was owed.',
      'Suki points: 1 owed are forgiven.',
      'Tenth cone: +1 stamp.',
      'Tenth cone is full. Your reward: Free cone.',
      'Reward used: Free cone.',
      'Reward taken back with its stamps: Free cone.',
      'Reward expired, 2026-12-01 00:00 (+08:00): Free cone.',
    ]);
  });

  it.each(LANGUAGES)('A.2 is told in %s, each decision otherwise', (language) => {
    expect(new Set(told(language)).size).toBe(Object.keys(decisions).length);
    expect(told(language).filter((sentence) => !/Suki points|Tenth cone|Free cone/.test(sentence))).toEqual([]);
  });

  it('tells stamps that are taken back, and parts of a stamp', () => {
    const stampsMoved = (milli: number) =>
      tellDecision({ type: 'StampsCollected', version: 1, data: { ...stamps, milli } }, voice('en'));
    expect([-2000, -1000, 500].map(stampsMoved)).toEqual([
      'Tenth cone: 2 stamps taken back.',
      'Tenth cone: 1 stamp taken back.',
      'Tenth cone: +0.5 stamps.',
    ]);
  });
});

describe('what the world told', () => {
  const tell = (event: AccountEvent) => tellFact({ event, occurredAt: at, effectiveAt: at }, voice('en'));

  it('is said where its decisions do not say it', () => {
    const adjusted = { key: 'a-1', programme: 'main', wallet: 'points', role: 'manager', reason: 'Long wait' };
    expect(tell({ type: 'PointsAdjusted', version: 1, data: { ...adjusted, points: -1240 } })).toEqual([
      'Adjusted by the shop, Suki points: -1,240. Reason: Long wait',
    ]);
    const voided = { receiptKey: 'manila-1~2~7' as ReceiptKey, key: 'v-1', outlet: 'manila-1', till: '2' } as const;
    const source = { source: 'till', flags: [] } as const;
    expect(tell({ type: 'PurchaseVoided', version: 1, data: { ...voided, ...source } })).toEqual([
      'Receipt 7 was voided.',
    ]);
    const honoured = { cause: 'manila-1~2~7', programme: 'main', wallet: 'points', expiresAt: null, effectiveAt: at };
    expect(
      [80, -80].flatMap((points) => tell({ type: 'EntitlementHonoured', version: 1, data: { ...honoured, points } })),
    ).toEqual([
      'A late report would have lowered what you were shown; we honour it, Suki points: +80.',
      'A late report makes up for what we had honoured, Suki points: -80.',
    ]);
    expect(tell({ type: 'RedemptionConfirmed', version: 1, data: { redemption: 'r-1' as RedemptionId } })).toEqual([]);
  });

  it('is named by its key', () => {
    const keys = ['manila-1~2~2026-11-20~7', 'return~manila-1~2~8', 'void~v-1', 'activity~x', 'adjustment~x', 'r-1'];
    expect(keys.map((key) => tellFactKey(key, words('en')))).toEqual([
      'Receipt 7',
      'Return 8',
      'A void',
      'An activity',
      'An adjustment',
      'A redemption',
    ]);
  });
});
