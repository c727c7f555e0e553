import { LANGUAGES, type Language } from './language';
import { exactly, type MessageKey, type Messages } from './messages';
import { NUMBER_WORDS } from './number-words';
import { CATALOGUES, words } from './words';

const change = { wallet: 'points', points: 1240 };
const receipt = '000123';
const at = '2026-11-20 10:15 (+08:00)';
const fact = 'Receipt 7';
const fromTo = { before: 66, after: 89 };

/** Every message with everything it is told with, no two of them alike. */
const told: Messages = {
  earnedLine: change,
  balanceLine: change,
  claimLine: { ...change, until: at },
  lateLine: { ...change, receipt },
  voidLine: { receipt },
  takenBackLine: change,
  givenBackLine: change,
  keptLine: change,
  owedLine: change,
  rewardTakenBackLine: { reward: 'Free cone' },
  stampsLine: { card: 'Tenth cone', stamps: 3, every: 10 },
  rewardLine: { reward: 'Free cone' },
  rewardUntilLine: { reward: 'Free cone', until: at },
  rewardHeldLine: { reward: 'Free cone' },
  rewardUsedLine: { reward: 'Free cone' },
  rewardReleasedLine: { reward: 'Free cone' },
  lotOfPurchase: { ...change, receipt, till: 'T2', outlet: 'manila-1', at },
  lotOfActivity: { ...change, activity: 'review', at },
  countedFrom: { at },
  ruleApplied: { rule: 'base', programme: 'main', revision: 4, words: 'Cones count double.' },
  visitNumber: { visit: 5 },
  multiplied: { rule: 'double', factor: exactly('1.5'), words: 'On Fridays.' },
  exactPoints: { wallet: 'points', exact: exactly('401/3') },
  lineRounded: { how: 'HOW' },
  basketRounded: { how: 'HOW' },
  accountRounded: { how: 'HOW' },
  roundedDown: {},
  roundedUp: {},
  roundedHalfEven: {},
  runningTotal: fromTo,
  capped: { cap: 'daily', room: 40 },
  usableFrom: { at },
  usableUntil: { at },
  lateFact: { fact, changes: 'points +20' },
  lateFactWithoutChange: { fact },
  lateFactEarned: change,
  factWent: { ...fromTo, fact, wallet: 'points' },
  lotChanged: { ...fromTo, fact },
  moreEntries: { entries: 12 },
  walletChange: change,
  receiptFact: { receipt },
  returnFact: { receipt },
  voidFact: {},
  activityFact: {},
  adjustmentFact: {},
  redemptionFact: {},
  goodsReturned: { receipt, at },
  purchaseVoided: { receipt },
  purchaseVoidedBecause: { receipt, reason: 'Keyed twice' },
  purchaseClaimed: { receipt, at },
  pointsAdjusted: { ...change, reason: 'Long wait' },
  entitlementHonoured: change,
  honourConsumed: change,
  pointsEarned: change,
  pointsAdded: change,
  pointsHonoured: change,
  pointsOfReward: change,
  pointsActivated: { ...change, at },
  pointsReserved: change,
  pointsReleased: change,
  pointsSpent: change,
  pointsRestored: change,
  pointsExpired: { ...change, at },
  pointsReversed: change,
  pointsWithdrawn: change,
  honouredWithdrawn: change,
  debtIncurred: change,
  debtPaid: change,
  debtForgiven: change,
  stampsCollected: { card: 'Tenth cone', stamps: 3 },
  stampsTakenBack: { card: 'Tenth cone', stamps: 3 },
  rewardIssued: { reward: 'Free cone', card: 'Tenth cone' },
  rewardUsed: { reward: 'Free cone' },
  rewardRevoked: { reward: 'Free cone' },
  rewardExpired: { reward: 'Free cone', at },
  counted: { what: 'WHAT' },
  money: { amount: exactly('33.45'), currency: 'PHP' },
  factAt: { fact: 'FACT', at },
  redeemedFor: { reward: 'Free cone' },
  cardApplied: { card: 'CARD', words: 'WORDS' },
  sentence: { phrase: 'PHRASE' },
  onCondition: { phrase: 'PHRASE', condition: 'CONDITION' },
  eitherOf: { listed: 'ONE', last: 'OTHER' },
  allOf: { listed: 'ONE', last: 'OTHER' },
  articles: { articles: 'ARTICLES' },
  articlesOfCategories: { articles: 'ARTICLES', categories: 'CATEGORIES' },
  perAmount: { wallet: 'points', points: 1240, amount: exactly('33.45'), currency: 'PHP' },
  perAmountOn: { wallet: 'points', points: 1240, amount: exactly('33.45'), currency: 'PHP', lines: 'LINES' },
  perVisit: { wallet: 'points', points: 1240 },
  perVisitWith: { wallet: 'points', points: 1240, lines: 'LINES' },
  perItem: { wallet: 'points', points: 1240 },
  perItemOf: { wallet: 'points', points: 1240, lines: 'LINES' },
  perActivity: { wallet: 'points', points: 1240, activity: 'ACTIVITY' },
  multiplies: { wallet: 'points', factor: exactly('1.5') },
  multipliesOn: { wallet: 'points', factor: exactly('1.5'), lines: 'LINES' },
  excludes: {},
  excludesLines: { lines: 'LINES' },
  inWallets: { wallets: 'WALLETS' },
  atOutlets: { outlets: 'OUTLETS' },
  byChannels: { channels: 'CHANNELS' },
  onWeekdays: { weekdays: 'WEEKDAYS' },
  mondays: {},
  tuesdays: {},
  wednesdays: {},
  thursdays: {},
  fridays: {},
  saturdays: {},
  sundays: {},
  betweenHours: { from: 'FROM', until: 'UNTIL' },
  fromDay: { day: 'DAY' },
  beforeDay: { day: 'DAY' },
  ofAtLeast: { amount: exactly('33.45'), currency: 'PHP' },
  onEveryVisit: { visits: 5 },
  firstVisitOfDay: {},
  firstVisitOfWeek: {},
  firstVisitOfMonth: {},
  firstVisitOfYear: {},
  atMost: { wallet: 'points', points: 1240, per: 'PER' },
  perPurchase: {},
  perDay: {},
  perWeek: {},
  perMonth: {},
  perYear: {},
  inAll: {},
  fromRule: { rule: 'RULE' },
  fromRules: { rules: 'RULES' },
  days: { count: 3 },
  months: { count: 3 },
  quarters: { count: 3 },
  years: { count: 3 },
  usableAtOnce: { wallet: 'points' },
  usableAfter: { wallet: 'points', period: 'PERIOD' },
  neverExpire: {},
  expireAfter: { period: 'PERIOD' },
  expireTogether: { period: 'PERIOD' },
  expireAt: { end: 'END' },
  expireLater: { end: 'END', period: 'PERIOD' },
  endOfMonth: {},
  endOfQuarter: {},
  endOfYear: {},
  returnRerated: {},
  returnByItself: {},
  unmatchedWaits: { period: 'PERIOD' },
  unmatchedByItself: { period: 'PERIOD' },
  unmatchedIgnored: { period: 'PERIOD' },
  returnWindow: { period: 'PERIOD' },
  debtCarried: {},
  debtNotAsked: {},
  cardOfUnits: { reward: 'Free cone', every: 10 },
  cardOfUnitsOf: { reward: 'Free cone', every: 10, lines: 'LINES' },
  cardOfVisits: { reward: 'Free cone', every: 10 },
  cardOfVisitsWith: { reward: 'Free cone', every: 10, lines: 'LINES' },
  stampsReturned: {},
  stampsReturnedByPurchase: {},
  stampsKept: {},
  rewardGift: { reward: 'Free cone', gift: 'GIFT' },
  product: {},
  productOf: { articles: 'ARTICLES' },
  service: {},
  serviceOf: { articles: 'ARTICLES' },
  amountOff: { amount: exactly('33.45'), currency: 'PHP' },
  percentOff: { percent: exactly('12.5') },
  rewardCost: { wallet: 'points', points: 1240 },
  rewardForCard: { card: 'CARD' },
  rewardValidity: { period: 'PERIOD' },
  rewardStock: { stock: 50 },
  units: { units: exactly('2.5') },
  visits: { visits: 3 },
  times: { times: 3 },
};
const keys = Object.keys(told) as MessageKey[];
/** Made of names, numbers and marks only. */
const NAMES_AND_NUMBERS = new Set<MessageKey>([
  'walletChange',
  'stampsCollected',
  'money',
  'factAt',
  'sentence',
  'onCondition',
  'multiplies',
  'rewardGift',
]);
const everywhere = LANGUAGES.flatMap((language) => keys.map((key): [Language, MessageKey] => [language, key]));

/** As a caller that knows the key only when it runs. */
const say = (language: Language, key: MessageKey): string =>
  (words(language).say as (key: MessageKey, parameters: object) => string)(key, told[key]);

const formsOf = (language: Language, key: MessageKey): readonly string[] => {
  const template = CATALOGUES[language][key];
  if (typeof template === 'string') return [template];
  return Object.entries(template).flatMap(([member, text]) => (member === 'by' ? [] : [String(text)]));
};

const placeholdersOf = (template: string): readonly string[] => (template.match(/\{[^}]*\}/g) ?? []).sort();

describe('what customers are told', () => {
  it.each(everywhere)('A.2 in %s, %s says everything it is told with', (language, key) => {
    const text = say(language, key);
    expect(text).not.toMatch(/[{}]|undefined|object/);
    for (const value of Object.values<string | number | object>({ ...told[key] })) {
      if (typeof value === 'string') expect(text).toContain(value);
    }
  });

  it.each(everywhere)(
    'in %s, %s has the same placeholders as in English, and only what it is told with',
    (language, key) => {
      const english = placeholdersOf(formsOf('en', key)[0] ?? '');
      for (const form of formsOf(language, key)) expect(placeholdersOf(form)).toEqual(english);
      const names = english.map((placeholder) => placeholder.replace(/[{+}]/g, '')).sort();
      expect(names).toEqual(Object.keys(told[key]).sort());
    },
  );

  it.each(LANGUAGES.filter((language) => language !== 'en'))('%s says nothing in English', (language) => {
    const sameAsEnglish = keys.filter((key) => formsOf(language, key)[0] === formsOf('en', key)[0]);
    expect(sameAsEnglish.filter((key) => !NAMES_AND_NUMBERS.has(key))).toEqual([]);
    if (language !== 'ta') return;
    for (const key of keys.filter((one) => !NAMES_AND_NUMBERS.has(one) || one === 'stampsCollected')) {
      expect(
        formsOf('ta', key)
          .join('')
          .replaceAll(/\{[^}]*\}/g, ''),
      ).toMatch(/^[\u0b80-\u0bff\s.,:;()“”×%-]+$/);
    }
  });

  it('ends sentences with a full stop, and lines and phrases with none', () => {
    const ended = (language: Language, key: MessageKey): boolean =>
      formsOf(language, key).every((form) => /(?:\.|\{words\}|\{reason\})$/.test(form));
    for (const key of keys.filter((one) => /Line$|^rounded|^walletChange$/.test(one)))
      expect([key, ended('en', key)]).toEqual([key, false]);
    for (const [language, key] of everywhere) {
      expect([language, key, ended(language, key)]).toEqual([language, key, ended('en', key)]);
    }
  });

  it('inserts a name as it is, whatever it holds', () => {
    expect(words('en').say('walletChange', { wallet: '{points} $& 1.5', points: 2 })).toBe('{points} $& 1.5 +2');
  });
});

describe('numbers in words', () => {
  const samples = [...Array.from({ length: 2_100 }, (_, n) => n), 1e6, 0.5, 1.5, 2.25, 0.004, 12.4, 3.6, 7.9];

  it.each(LANGUAGES)('%s has the plural categories of the Unicode CLDR', (language) => {
    const rules = new Intl.PluralRules(language, { maximumFractionDigits: 3 });
    for (const n of samples) expect([n, NUMBER_WORDS[language].plural(String(n))]).toEqual([n, rules.select(n)]);
  });

  it.each(LANGUAGES)('%s writes numbers as the Unicode CLDR says', (language) => {
    const written = (points: number) => words(language).say('walletChange', { wallet: '', points });
    const format = new Intl.NumberFormat(language, { maximumFractionDigits: 3, signDisplay: 'exceptZero' });
    for (const n of [...samples, 1234567.125, -1, -1240]) expect(written(n)).toBe(` ${format.format(n)}`);
  });

  it.each([
    ['en', ['+0', '0 stamps', '+1 stamp', '+2 stamps', '+1,000 stamps']],
    ['fil', ['+0', '0 stamp', '+1 stamp', '+2 stamp', '+1,000 stamp', '+4 na stamp']],
    ['ta', ['+0', '0 முத்திரைகள்', '+1 முத்திரை', '+2 முத்திரைகள்', '+1,000 முத்திரைகள்']],
    ['vi', ['+0', '0 tem', '+1 tem', '+2 tem', '+1.000 tem']],
  ] as const)('%s inflects what is counted at 0, 1, 2 and 1000', (language, [, ...expected]) => {
    const collected = [0, 1, 2, 1000, 4].map((stamps) => words(language).say('stampsCollected', { card: '', stamps }));
    expect(collected.slice(0, expected.length)).toEqual(expected.map((text) => `: ${text}.`));
  });

  it('keeps decimals and fractions exactly', () => {
    const counted = (language: Language, digits: string) =>
      words(language).say('exactPoints', { wallet: 'x', exact: exactly(digits) });
    expect(counted('en', '12345678901234567.89')).toContain('12,345,678,901,234,567.89');
    expect(counted('ta', '1234567.5')).toContain('12,34,567.5');
    expect(counted('vi', '1234.5')).toContain('1.234,5');
    expect(counted('vi', '1234/7')).toContain('1.234/7');
  });

  it('reads well in English for one of anything', () => {
    const { say: told } = words('en');
    expect([
      told('earnedLine', { wallet: 'points', points: 1 }),
      told('balanceLine', { wallet: 'points', points: 1 }),
      told('lateLine', { receipt: '123', wallet: 'points', points: 20 }),
      told('stampsLine', { card: 'Tenth cone', stamps: 3, every: 10 }),
      told('counted', { what: told('units', { units: 1 }) }),
    ]).toEqual([
      'points earned: +1',
      'points balance: 1',
      'Receipt 123 arrived late: points +20',
      'Tenth cone: 3 of 10 stamps',
      'It counted 1 unit.',
    ]);
  });
});
