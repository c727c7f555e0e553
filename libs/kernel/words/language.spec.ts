import { languageOf } from './language';

describe('the language a caller asks for', () => {
  it.each([
    ['ta', 'ta'],
    ['vi-VN', 'vi'],
    ['fil-PH,fil;q=0.9,en;q=0.8', 'fil'],
    ['tl', 'fil'],
    ['TL-ph, en;q=0.5', 'fil'],
    ['en;q=0.5, ta;q=0.7', 'ta'],
    ['ta-Taml-IN', 'ta'],
    ['vi, ta', 'vi'],
    ['de, fr;q=0.9, vi;q=0.1', 'vi'],
    ['vi ; q=0.2 , ta;q=0.200', 'vi'],
  ] as const)('%s is the one it likes best that we speak: %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it.each([
    ['*', 'en'],
    ['en;q=0.1, *', 'fil'],
    ['vi;q=0.5, *;q=0.8', 'en'],
    ['en;q=0, *', 'fil'],
    ['*;q=0, ta', 'ta'],
  ] as const)('%s: any language is the first of ours that is not named: %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it.each([undefined, '', ' , ', 'de', 'constructor', 'ta;q=0', 'ta;q=x', 'ta;q=2', 'ta vi', '¡hola!', 'abcdefghij'])(
    '%s says nothing we speak: en',
    (header) => {
      expect(languageOf(header)).toBe('en');
    },
  );

  it('reads a long header in no time', () => {
    const header = `${'x'.repeat(8)}${'-a'.repeat(4_000)};q=${' '.repeat(4_000)}`;
    const start = performance.now();
    languageOf(header);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
