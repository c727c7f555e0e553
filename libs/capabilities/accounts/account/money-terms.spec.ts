import { decimalsOf } from './money-terms';

describe('the decimals of amounts', () => {
  it('are as stated, else those of the currency', () => {
    expect(decimalsOf({ currency: 'PHP' })).toBe(2);
    expect(decimalsOf({ currency: 'JPY' })).toBe(0);
    expect(decimalsOf({ currency: 'JPY', decimals: 3 })).toBe(3);
    expect(decimalsOf({ currency: 'XQQ', decimals: 0 })).toBe(0);
  });

  it('of a currency that is none are refused', () => {
    const detail = 'XQQ is no currency of ISO 4217; correct it, or state its decimals';
    const errors = [{ pointer: '/currency', detail: 'is not known' }];
    expect(() => decimalsOf({ currency: 'XQQ' })).toThrow(
      expect.objectContaining({ code: 'CurrencyUnknown', status: 422, detail, extra: { errors } }) as Error,
    );
  });
});
