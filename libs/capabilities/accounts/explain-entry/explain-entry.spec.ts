import type { LotKey, ReceiptKey } from '../../../kernel/ids';
import type { Language } from '../../../kernel/words/language';
import { words } from '../../../kernel/words/words';
import { deliver, sale, type SaleSketch } from '../../../testing/given-when-then';
import { onePointPer, programme, terms, type ProgrammeSketch } from '../../../testing/rule-sketches';
import type { AccountDecision } from '../account/account-decisions.events';
import type { AccountEvent } from '../account/account.events';
import { explainCorrection } from './explain-correction';
import { explainEntry } from './explain-entry';
import type { ToldEvent } from './tell-account';

const names = (language: Language) => ({
  words: words(language),
  nameOf: (_: string, named: { id: string }) => named.id,
});

const FIRST_LOT = 'manila-1~2~000123~base~main~points';

interface Asked {
  readonly lot?: string;
  readonly language?: Language;
  /** What else is recorded in the account, ten minutes after noon each. */
  readonly then?: readonly AccountEvent[];
}

function why(
  sketch: ProgrammeSketch,
  sales: readonly SaleSketch[],
  { lot = FIRST_LOT, language = 'en', then = [] }: Asked = {},
) {
  const document = programme(sketch);
  const { drafts } = deliver(terms({ main: { '1970-01-01': document } }), sales.map(sale));
  const occurredAt = Date.parse('2026-11-21T12:10:00+08:00');
  const told = [
    ...drafts.flatMap(({ facts, events }) => {
      const [{ occurredAt, effectiveAt }] = facts as [(typeof facts)[number]];
      return events.map((event): ToldEvent => ({ event, occurredAt, effectiveAt }));
    }),
    ...then.map((event): ToldEvent => ({ event, occurredAt, effectiveAt: occurredAt })),
  ];
  return { explained: explainEntry({ lot: lot as LotKey, told, document }, names(language)), told };
}

const doubleOnFridays = {
  id: 'double',
  kind: 'multiplier',
  wallet: 'points',
  factor: '2',
  when: { weekdays: [5] },
} as const;

describe('why an entry holds its points', () => {
  it('A.2 names receipt, rule, what was counted, multipliers and the one rounding', () => {
    const { explained } = why({ rules: [onePointPer('1.00'), doubleOnFridays] }, [{ amounts: [3_345] }]);
    expect(explained).toMatchObject({
      points: 66,
      revision: 1,
      rule: { id: 'base' },
      counted: '33.45 PHP',
      multipliers: [{ rule: 'double', factor: '2' }],
      exact: '66.9',
      rounding: { mode: 'floor', scope: 'basket' },
      corrections: [],
    });
    const [base, double] = [explained?.rule.words, explained?.sentences[3]?.split(': ')[1]];
    expect(explained?.sentences).toEqual([
      'points: +66 for receipt 000123 of till 2 at manila-1, 2026-11-20 10:15 (+08:00).',
      `Rule “base” of programme “main”, revision 1: ${base}`,
      'It counted 33.45 PHP.',
      `Rule “double” multiplied it by 2: ${double}`,
      'Before rounding, points: 66.9.',
      'All rules together, the whole basket is rounded once, down, and shared among the rules by largest remainder.',
    ]);
  });

  it('A.2 says it in Tamil', () => {
    const { explained } = why({ rules: [onePointPer('1.00')] }, [{ amounts: [123_456_789] }], { language: 'ta' });
    expect(explained?.sentences).toEqual([
      'points: +12,34,567; கடை manila-1, கல்லா 2, ரசீது 000123, 2026-11-20 10:15 (+08:00).',
      `திட்டம் “main”, திருத்தம் 1, விதி “base”: ${explained?.rule.words}`,
      'கணக்கில் கொண்டது: 12,34,567.89 PHP.',
      'முழு எண்ணாக்கும் முன், points: 12,34,567.89.',
      'எல்லா விதிகளும் சேர்த்து, முழு ரசீதும் ஒரு முறை கீழ்நோக்கி முழு எண்ணாக்கப்பட்டு, மிகப் பெரிய மீதிப்படி விதிகளுக்குப் பகிரப்படும்.',
    ]);
  });

  it('names the late receipts that changed it since', () => {
    const sales = [
      { receipt: '1', at: '2026-11-20T10:10:00+08:00', amounts: [60] },
      { receipt: '0', at: '2026-11-20T10:00:00+08:00', amounts: [50] },
    ];
    const sketch: ProgrammeSketch = { rounding: { scope: 'account' }, rules: [onePointPer('1.00')] };
    const { explained, told } = why(sketch, sales, { lot: 'manila-1~2~1~base~main~points' });
    expect(explained).toMatchObject({
      points: 1,
      runningTotal: { before: '0.5', after: '1.1' },
      corrections: [{ cause: 'manila-1~2~0', before: 0, after: 1 }],
    });
    expect(explained?.sentences.slice(-4)).toEqual([
      'Before rounding, points: 0.6.',
      'All rules together, the running total of the account is rounded once, down, and shared among the rules by largest remainder.',
      'The running total went from 0.5 to 1.1.',
      'Receipt 0 arrived late and changed it from 0 to 1.',
    ]);
    const correction = told.map(({ event }) => event).find(({ type }) => type === 'LedgerCorrected');
    if (correction?.type !== 'LedgerCorrected') throw new Error('no correction');
    const sentences = (language: Language) => explainCorrection(correction, [], names(language));
    expect(sentences('en')).toEqual([
      'Receipt 0 arrived late, after others it comes before: points +1.',
      'Receipt 1, points: from 0 to 1.',
    ]);
    expect(sentences('vi')[1]).toBe('Hóa đơn 1, points: từ 0 thành 1.');
  });

  it('A.2 tells what became of it since: goods that came back, what was used, what expired', () => {
    const part = { programme: 'main', wallet: 'points', lot: FIRST_LOT as LotKey };
    const then: readonly AccountEvent[] = [
      decided('PointsSpent', { ...part, points: 20, redemption: 'r-1', from: 'available' }),
      decided('PointsSpent', { ...part, points: 5, redemption: 'r-1', from: 'available', lot: 'another' }),
      {
        type: 'PurchaseVoided',
        version: 1,
        data: {
          receiptKey: 'manila-1~2~000123' as ReceiptKey,
          key: 'v-1',
          outlet: 'manila-1',
          till: '2',
          reason: 'Keyed twice',
          source: 'till',
          flags: [],
        },
      },
      decided('PointsReversed', { ...part, points: 15, from: 'available' }),
      decided('PointsExpired', { ...part, points: 100, at: Date.parse('2027-12-01T00:00:00+08:00') }),
    ];
    expect(why({ rules: [onePointPer('1.00')] }, [{}], { then }).explained?.sentences.slice(5)).toEqual([
      'points: -20 used for a reward.',
      'Receipt 000123 was voided. Reason: Keyed twice',
      'points: -15 taken back with a return or a void.',
      'points: -100 expired, 2027-12-01 00:00 (+08:00).',
    ]);
  });

  it('says what was counted in units and visits', () => {
    const rules = [
      { id: 'item', kind: 'perItem', wallet: 'points', points: '2' },
      { id: 'visit', kind: 'perVisit', wallet: 'points', points: '5' },
    ] as const;
    const sales = [{ lines: [{ sku: 'RICE', quantity: 2.5, amount: 100 }] }];
    const countedBy = (rule: string) =>
      why({ rules }, sales, { lot: `manila-1~2~000123~${rule}~main~points` }).explained;
    expect(['item', 'visit'].map((rule) => countedBy(rule)?.counted)).toEqual(['2.5 units', '1 visit']);
    expect(['item', 'visit'].map((rule) => countedBy(rule)?.sentences[2])).toEqual([
      'It counted 2.5 units.',
      'It counted 1 visit.',
    ]);
  });

  it('knows nothing of a lot that was never given', () => {
    const { explained } = why({ rules: [onePointPer('1.00')] }, [{}], { lot: 'manila-1~2~9~base~main~points' });
    expect(explained).toBeUndefined();
  });
});

const decided = (type: AccountDecision['type'], data: object): AccountEvent =>
  ({ type, version: 1, data }) as AccountDecision;
