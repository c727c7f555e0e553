import type { LotKey, RedemptionId, RewardKey } from '../../../kernel/ids';
import type { AccountDecision } from './account-decisions.events';
import { POSTED_TYPES, postingsOf, type Posting } from './postings';

const lot = { programme: 'main', wallet: 'points', points: 10, lot: 'lot' as LotKey };
const debt = { programme: 'main', wallet: 'points', points: 10, cause: 'fact' };
const held = { ...lot, redemption: 'red_1' as RedemptionId };
const ends = { activeAt: 0, expiresAt: null };
const because = { revision: 1, rule: 'base', counted: '10', exact: '10' };
const correction = { cause: 'fact', language: 1, hashBefore: '', hashAfter: '', entries: [], more: 0 };

/** Every decision of 10 points, and what it moves (S16). */
const moving: readonly (readonly [string, AccountDecision, Posting['moved']])[] = [
  ['earned', { type: 'PointsEarned', version: 1, data: { ...lot, ...ends, because } }, { earned: 10, available: 10 }],
  [
    'earned, but pending',
    { type: 'PointsEarned', version: 1, data: { ...lot, ...ends, because, pending: true } },
    { earned: 10, pending: 10 },
  ],
  [
    'adjusted up',
    { type: 'PointsGranted', version: 1, data: { ...lot, ...ends, origin: 'adjusted' } },
    { adjustedUp: 10, available: 10 },
  ],
  [
    'honoured',
    { type: 'PointsGranted', version: 1, data: { ...lot, ...ends, origin: 'honoured' } },
    { honoured: 10, available: 10 },
  ],
  [
    'given by a reward that is points',
    { type: 'PointsGranted', version: 1, data: { ...lot, ...ends, origin: 'reward' } },
    { earned: 10, available: 10 },
  ],
  ['activated', { type: 'PointsActivated', version: 1, data: { ...lot, at: 1 } }, { pending: -10, available: 10 }],
  ['reserved', { type: 'PointsReserved', version: 1, data: held }, { available: -10, reserved: 10 }],
  ['released', { type: 'PointsReleased', version: 1, data: held }, { reserved: -10, available: 10 }],
  [
    'spent, having been held',
    { type: 'PointsSpent', version: 1, data: { ...held, from: 'reserved' } },
    { reserved: -10, spent: 10 },
  ],
  [
    'spent at once',
    { type: 'PointsSpent', version: 1, data: { ...held, from: 'available' } },
    { available: -10, spent: 10 },
  ],
  [
    'restored to a lot',
    { type: 'PointsRestored', version: 1, data: { ...held, ...ends, of: 'lot' as LotKey } },
    { spent: -10, available: 10 },
  ],
  [
    'restored from debt that was paid',
    { type: 'PointsRestored', version: 1, data: { ...held, ...ends } },
    { paidToDebt: -10, debtIncurred: -10, available: 10 },
  ],
  ['expired', { type: 'PointsExpired', version: 1, data: { ...lot, at: 1 } }, { available: -10, expired: 10 }],
  [
    'reversed while pending',
    { type: 'PointsReversed', version: 1, data: { ...lot, from: 'pending' } },
    { pending: -10, reversed: 10 },
  ],
  [
    'adjusted down',
    { type: 'PointsWithdrawn', version: 1, data: { ...lot, origin: 'adjusted' } },
    { adjustedDown: 10, available: -10 },
  ],
  [
    'honoured no longer',
    { type: 'PointsWithdrawn', version: 1, data: { ...lot, origin: 'honoured' } },
    { honoured: -10, available: -10 },
  ],
  ['owed', { type: 'DebtIncurred', version: 1, data: debt }, { debt: 10, debtIncurred: 10 }],
  [
    'paid to debt',
    { type: 'DebtPaid', version: 1, data: { ...debt, lot: lot.lot } },
    { debt: -10, paidToDebt: 10, available: -10 },
  ],
  ['asked for no more', { type: 'DebtForgiven', version: 1, data: debt }, { debt: -10, debtForgiven: 10 }],
];

describe('S16 what a stored decision moves', () => {
  it.each(moving)('points that are %s', (_, decision, moved) => {
    expect(postingsOf(decision)).toEqual([{ programme: 'main', wallet: 'points', moved }]);
  });

  it('S14 a correction moves what it says, wallet by wallet; one of before it said so, what was earned', () => {
    const other = { programme: 'coffee', wallet: 'beans' };
    const deltas = [
      { programme: 'main', wallet: 'points', points: 10, moved: { earned: 15, reversed: 5, pending: 10 } },
      { ...other, points: -3 },
    ];
    expect(postingsOf({ type: 'LedgerCorrected', version: 1, data: { ...correction, deltas } })).toEqual([
      { programme: 'main', wallet: 'points', moved: { earned: 15, reversed: 5, pending: 10 } },
      { ...other, moved: { earned: -3, available: -3 } },
    ]);
  });

  it('S39 stamps and rewards move no points', () => {
    const stamps = { programme: 'main', card: 'card', milli: 1_000, total: 1_000 };
    expect(postingsOf({ type: 'StampsCollected', version: 1, data: stamps })).toEqual([]);
    const part = { programme: 'main', card: 'card', reward: 'free', issued: 'main~card~1~1' as RewardKey };
    const issue = { expiresAt: null, revision: 1 };
    expect(postingsOf({ type: 'RewardIssued', version: 1, data: { ...part, ...issue } })).toEqual([]);
    expect(postingsOf({ type: 'RewardUsed', version: 1, data: { ...part, redemption: held.redemption } })).toEqual([]);
    expect(postingsOf({ type: 'RewardRevoked', version: 1, data: part })).toEqual([]);
    expect(postingsOf({ type: 'RewardExpired', version: 1, data: { ...part, at: 1 } })).toEqual([]);
    expect(postingsOf({ type: 'LapsesAnnounced', version: 1, data: { through: 1, next: null } })).toEqual([]);
  });

  it('types that move points are those that are posted', () => {
    const types = new Set([...moving.map(([, { type }]) => type), 'LedgerCorrected']);
    expect([...POSTED_TYPES].sort()).toEqual([...types].sort());
  });
});
