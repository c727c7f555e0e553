import type { LotKey, ReceiptKey, RedemptionId, RewardKey } from '../../../kernel/ids';
import { LANGUAGES, type Language } from '../../../kernel/words/language';
import { words } from '../../../kernel/words/words';
import { sale } from '../../../testing/given-when-then';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { ENTRY_KINDS, statementLines } from '../account-entries/statement-line';
import type { LedgerDecision } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';
import { explainMovement } from './explain-movement';
import type { ToldEvent } from './tell-account';

const at = Date.parse('2026-11-20T10:15:00+08:00');
const decided = (type: LedgerDecision['type'], data: object) => ({ type, version: 1, data }) as LedgerDecision;
const told = (event: AccountEvent): ToldEvent => ({ event, occurredAt: at, effectiveAt: at });

const document = programme({
  rules: [onePointPer('1.00')],
  stampCards: [{ id: 'cones', name: 'Cones', collect: 'unit', every: 10, reward: 'cone' }],
  rewards: [{ id: 'cone', name: 'Free cone', kind: 'product' }],
});
const purchase = told({
  type: 'PurchaseRecorded',
  version: 1,
  data: { ...sale({ receipt: '7' }).purchase, flags: [] },
});
const head = { redemption: 'r-1' as RedemptionId, programme: 'main', revision: 1, reward: 'cone', cost: 20 };
const reserved = told({ type: 'RedemptionReserved', version: 1, data: { ...head, reservedUntil: at } });
const confirmed = told({ type: 'RedemptionConfirmed', version: 1, data: { redemption: head.redemption } });
const voided = told({
  type: 'PurchaseVoided',
  version: 1,
  data: {
    receiptKey: 'manila-1~2~7' as ReceiptKey,
    key: 'v-1',
    outlet: 'manila-1',
    till: '2',
    source: 'till',
    flags: [],
  },
});

const why = (movement: LedgerDecision, append: readonly ToldEvent[], language: Language = 'en') =>
  explainMovement(
    { movement, append: [...append, told(movement)], told: [purchase, reserved, confirmed, voided], document },
    {
      words: words(language),
      nameOf: (_, { id }) => (id === 'cone' ? 'Free cone' : id),
    },
  );

const lot = 'manila-1~2~7~base~main~points' as LotKey;
const part = { programme: 'main', wallet: 'points', points: 20, lot };
const spent = { ...part, redemption: head.redemption };
const debt = { programme: 'main', wallet: 'points', points: 20, cause: 'void~v-1' };
const reward = { programme: 'main', card: 'cones', reward: 'cone', issued: 'main~cones~1~0' as RewardKey };
const alive = { activeAt: at, expiresAt: null };

/** A movement of every kind but those that a rule or a correction explains, with the fact it is recorded beside. */
const MOVEMENTS: readonly (readonly [LedgerDecision, readonly ToldEvent[]])[] = [
  [decided('PointsGranted', { ...part, ...alive, origin: 'adjusted' }), []],
  [decided('PointsGranted', { ...part, ...alive, origin: 'honoured' }), [voided]],
  [decided('PointsGranted', { ...part, ...alive, origin: 'reward' }), [confirmed]],
  [decided('PointsActivated', { ...part, at }), [purchase]],
  [decided('PointsReserved', spent), [reserved]],
  [decided('PointsReleased', { ...spent, at }), [purchase]],
  [decided('PointsSpent', { ...spent, from: 'reserved' }), [confirmed]],
  [decided('PointsRestored', { ...spent, ...alive }), [voided]],
  [decided('PointsExpired', { ...part, at }), [voided]],
  [decided('PointsReversed', { ...part, from: 'available' }), [voided]],
  [decided('PointsWithdrawn', { ...part, origin: 'adjusted' }), []],
  [decided('DebtIncurred', debt), [voided]],
  [decided('DebtPaid', { ...debt, lot }), [purchase]],
  [decided('DebtForgiven', debt), [voided]],
  [decided('StampsCollected', { programme: 'main', card: 'cones', milli: 1000, total: 1000 }), [purchase]],
  [decided('RewardIssued', { ...reward, expiresAt: null, revision: 1 }), [purchase]],
  [decided('RewardUsed', { ...reward, redemption: head.redemption }), [confirmed]],
  [decided('RewardRevoked', reward), [voided]],
  [decided('RewardExpired', { ...reward, at }), [purchase]],
];

describe('why a movement is what it is', () => {
  it('is told of every kind of entry that no rule and no correction explains', () => {
    const kinds = MOVEMENTS.map(([movement]) => statementLines(movement)[0]?.kind);
    const others = ['purchase', 'activity', 'correction'];
    expect(new Set(kinds)).toEqual(new Set(ENTRY_KINDS.filter((kind) => !others.includes(kind))));
  });

  it.each(LANGUAGES)('A.2 in %s, each kind otherwise', (language) => {
    const sentences = MOVEMENTS.map(([movement, append]) => why(movement, append, language).at(-1));
    expect(new Set(sentences).size).toBe(MOVEMENTS.length);
    expect(sentences).not.toContain(undefined);
  });

  it('says what was recorded with it, by which card, and for which reward', () => {
    const reasons = MOVEMENTS.map(([movement, append]): [string, readonly string[]] => {
      const sentences = why(movement, append);
      return [movement.type, sentences.slice(0, -1)];
    });
    const receipt = 'Receipt 7, 2026-11-20 10:15 (+08:00).';
    expect(Object.fromEntries(reasons)).toMatchObject({
      PointsReserved: ['For the reward Free cone.'],
      PointsSpent: ['For the reward Free cone.'],
      PointsGranted: ['For the reward Free cone.'],
      PointsRestored: ['Receipt 7 was voided.'],
      DebtPaid: [receipt],
      StampsCollected: [receipt, 'Card “Cones”: “Free cone” for every 10 units paid for. Returns take stamps back.'],
      RewardIssued: [receipt],
      RewardUsed: [],
      RewardRevoked: ['Receipt 7 was voided.'],
    });
  });

  it('gives no other reason for what time alone did, whatever it was recorded with', () => {
    const due = MOVEMENTS.filter(([{ data }]) => 'at' in data);
    expect(due.map(([movement, append]) => why(movement, append).length)).toEqual([1, 1, 1, 1]);
  });
});
