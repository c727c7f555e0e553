import type { ProgrammeDocument } from '../../../libs/capabilities/programmes';
import { knownWallets } from './ledger-figures';

const programme = (
  scope: 'line' | 'basket' | 'account',
  more: Partial<ProgrammeDocument> = {},
  mode: 'floor' | 'half-even' = 'floor',
): ProgrammeDocument => ({
  language: 1,
  name: 'Points',
  currency: 'GBP',
  timeZone: 'Europe/London',
  wallets: [{ id: 'points', name: 'Points', rounding: { mode, scope } }],
  rules: [],
  ...more,
});

describe('which wallets and cards stand for a known figure', () => {
  test('baskets by themselves are per invoice, the running total of an account is of the net', () => {
    expect(knownWallets(programme('basket', { returns: { basis: 'ownInvoice' } }))).toEqual({ perInvoice: 'points' });
    expect(knownWallets(programme('account'))).toEqual({ ofNet: 'points' });
  });

  test('baskets rated again are neither, and are compared where nothing waits', () => {
    const returns = { basis: 'rerate', unmatched: 'ownInvoice' } as const;
    expect(knownWallets(programme('basket', { returns }))).toEqual({ rerated: 'points' });
    expect(knownWallets(programme('basket'))).toEqual({});
  });

  test('what is rounded otherwise stands for nothing', () => {
    const returns = { basis: 'ownInvoice' } as const;
    expect(knownWallets(programme('line', { returns }))).toEqual({});
    expect(knownWallets(programme('basket', { returns }, 'half-even'))).toEqual({});
  });

  test('a card that collects visits and keeps them on returns counts the stamps', () => {
    const card = { id: 'visits', name: 'Visits', collect: 'visit', every: 10, reward: 'gift' } as const;
    expect(knownWallets(programme('line', { stampCards: [{ ...card, returns: 'keep' }] }))).toEqual({
      visits: { card: 'visits', every: 10 },
    });
    expect(knownWallets(programme('line', { stampCards: [card] }))).toEqual({});
  });
});
