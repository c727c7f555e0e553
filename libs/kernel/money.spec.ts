import { amountText, currencyCodes, currencyExponent } from './money';

describe('money', () => {
  it('has the decimals of ISO 4217', () => {
    const exponents = ['JPY', 'PHP', 'GBP', 'KWD', 'CLF'].map(currencyExponent);
    expect(exponents).toEqual([0, 2, 2, 3, 4]);
    for (const none of ['', 'XYZ', 'php', 'PHP ']) expect(currencyExponent(none)).toBeUndefined();
    expect(currencyCodes().every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(new Set(currencyCodes()).size).toBe(currencyCodes().length);
  });

  it('is written with all its decimals', () => {
    expect([amountText(13_500, 2), amountText(5, 3), amountText(7, 0)]).toEqual(['135.00', '0.005', '7']);
  });
});
