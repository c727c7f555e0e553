import type { RewardKey } from '../../../kernel/ids';
import { adjusted, bought, usedOffline, voided } from '../../../testing/account-facts';
import { AccountStory } from '../../../testing/account-story';
import { programme, terms } from '../../../testing/rule-sketches';
import type { StampCard, Terms } from '../../programmes';
import type { AccountFact } from './effective-order';

/** Every decision told of stamps and rewards by the last append, in few words. */
const cardsTold = (story: AccountStory) =>
  (story.drafts.at(-1)?.events ?? []).flatMap(({ type, data }): readonly (readonly unknown[])[] => {
    if (type === 'StampsCollected') return [[type, data.programme, data.card, data.milli, data.total]];
    if (type === 'RewardIssued') return [[type, data.issued, data.reward, data.expiresAt, data.revision]];
    if (type === 'RewardUsed' || type === 'RewardRevoked') return [[type, data.issued, data.reward]];
    return [];
  });

describe('S39 what a correction tells of stamps and rewards', () => {
  const card = (more: Partial<StampCard> = {}): StampCard => ({
    id: 'card',
    name: 'Card',
    collect: 'unit',
    every: 5,
    reward: 'free',
    ...more,
  });
  const free = { id: 'free', name: 'A free one', kind: 'service', validity: { unit: 'day', count: 30 } } as const;
  const shop = (...stampCards: readonly StampCard[]) =>
    programme({ timeZone: 'UTC', rules: [], rewards: [free], stampCards });
  const one: Terms = terms({ main: { '1970-01-01': shop(card()) } });
  const units = (receipt: string, at: string, quantity: number, recordedAt = at): AccountFact =>
    bought(receipt, { at, recordedAt, lines: [{ quantity, amount: quantity }] });
  const key = (ordinal: number, generation = 1, name = 'card'): RewardKey =>
    `main~${name}~${ordinal}~${generation}` as RewardKey;

  it('a late purchase brings its stamps, and the reward they make full', () => {
    const story = new AccountStory(one).deliver(units('2', '2026-01-11', 3), units('1', '2026-01-10', 3, '2026-01-12'));
    expect(cardsTold(story)).toEqual([
      ['StampsCollected', 'main', 'card', 3_000, 6_000],
      ['RewardIssued', key(1), 'free', Date.parse('2026-02-11T00:00:00Z'), 1],
    ]);
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'StampsCollected', 'RewardIssued', 'LedgerCorrected']);
  });

  it('the first stamps of all may come late', () => {
    const story = new AccountStory(one).deliver(
      adjusted('a', 5, { at: '2026-01-11' }),
      units('1', '2026-01-10', 6, '2026-01-12'),
    );
    expect(cardsTold(story)).toEqual([
      ['StampsCollected', 'main', 'card', 6_000, 6_000],
      ['RewardIssued', key(1), 'free', Date.parse('2026-02-10T00:00:00Z'), 1],
    ]);
    expect(story.lastEvents()).toEqual(['PurchaseRecorded', 'StampsCollected', 'RewardIssued', 'LedgerCorrected']);
  });

  it('of several rewards only the one that is new is told, and only the one that is gone', () => {
    const story = new AccountStory(one).deliver(units('2', '2026-01-11', 5), units('1', '2026-01-10', 5, '2026-01-12'));
    expect(cardsTold(story).map(([type, what]) => [type, what])).toEqual([
      ['StampsCollected', 'main'],
      ['RewardIssued', key(2)],
    ]);
    story.deliver(voided('2', { at: '2026-01-13' }));
    expect(cardsTold(story).map(([type, what]) => [type, what])).toEqual([
      ['StampsCollected', 'main'],
      ['RewardRevoked', key(2)],
    ]);
    expect(story.liveRewards()).toEqual([key(1)]);
  });

  it('a reward that is held already is not told again', () => {
    const story = new AccountStory(one).deliver(units('2', '2026-01-11', 5), units('1', '2026-01-10', 1, '2026-01-12'));
    expect(cardsTold(story)).toEqual([['StampsCollected', 'main', 'card', 1_000, 6_000]]);
  });

  it('a void takes the stamps, and the reward that is not used', () => {
    const story = new AccountStory(one).deliver(
      units('1', '2026-01-10', 4),
      units('2', '2026-01-11', 1),
      voided('2', { at: '2026-01-12' }),
    );
    expect(cardsTold(story)).toEqual([
      ['StampsCollected', 'main', 'card', -1_000, 4_000],
      ['RewardRevoked', key(1), 'free'],
    ]);
  });

  it('S26 a late use is told as a use, not as a revocation', () => {
    const story = new AccountStory(one).deliver(
      units('1', '2026-01-10', 10),
      units('2', '2026-01-12', 1),
      usedOffline('r', { at: '2026-01-11', recordedAt: '2026-01-13', issued: key(1), reward: 'free' }),
    );
    expect(cardsTold(story)).toEqual([['RewardUsed', key(1), 'free']]);
    expect(story.liveRewards()).toEqual([key(2)]);
    // One that was not held any more counts as used all the same.
    story.deliver(usedOffline('s', { at: '2026-01-11', recordedAt: '2026-01-14', issued: key(3), reward: 'free' }));
    expect(cardsTold(story)).toEqual([
      ['RewardRevoked', key(2), 'free'],
      ['RewardUsed', key(3), 'free'],
    ]);
  });

  it('cards are told apart by programme and by name', () => {
    const other = card({ id: 'other', name: 'Other', when: { skus: ['TEA'] } });
    const two = terms({
      coffee: { '1970-01-01': shop(card({ when: { skus: ['COFFEE'] } })) },
      main: { '1970-01-01': shop(card({ when: { skus: ['WASH'] } }), other) },
    });
    const buys = (receipt: string, at: string, sku: string, quantity: number, recordedAt = at): AccountFact =>
      bought(receipt, { at, recordedAt, lines: [{ sku, quantity, amount: quantity }] });
    const story = new AccountStory(two).deliver(
      buys('2', '2026-01-11', 'COFFEE', 4),
      buys('3', '2026-01-11', 'TEA', 7),
      buys('4', '2026-01-11', 'WASH', 12),
      buys('1', '2026-01-10', 'COFFEE', 1, '2026-01-12'),
    );
    expect(cardsTold(story)).toEqual([
      ['StampsCollected', 'coffee', 'card', 1_000, 5_000],
      ['RewardIssued', 'coffee~card~1~1', 'free', Date.parse('2026-02-11T00:00:00Z'), 1],
    ]);
    story.deliver(
      usedOffline('r', { at: '2026-01-11T11:00:00Z', recordedAt: '2026-01-13', issued: key(1), reward: 'free' }),
    );
    expect(cardsTold(story)).toEqual([['RewardUsed', key(1), 'free']]);
    story.deliver(
      usedOffline('s', {
        at: '2026-01-11T12:30:00Z',
        recordedAt: '2026-01-13',
        issued: key(1, 1, 'other'),
        reward: 'free',
      }),
    );
    expect(cardsTold(story)).toEqual([['RewardUsed', key(1, 1, 'other'), 'free']]);
    expect(story.liveRewards('other')).toEqual([]);
  });
});
