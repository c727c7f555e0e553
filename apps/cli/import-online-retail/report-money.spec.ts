import { negated, poundsText, roundedToPence, sumOf, withPence } from './report-money';

test('figures are rounded to pence, half away from zero, without a number in between', () => {
  const exact = ['96338.921', '87678.85', '70310.5', '0', '0.005', '9007199254740993.019', '-5.405', '-0.004'];
  const rounded = ['96338.92', '87678.85', '70310.50', '0.00', '0.01', '9007199254740993.02', '-5.41', '0.00'];
  expect(exact.map(roundedToPence)).toEqual(rounded);
});

test('what is not rounded has its pence all the same', () => {
  expect(['1346914.1', '91552.291', '7', '-197067.1'].map(withPence)).toEqual([
    '1346914.10',
    '91552.291',
    '7.00',
    '-197067.10',
  ]);
  expect(poundsText(10_562_164_230n)).toBe('1056216.423');
});

test('nothing given back is no minus zero', () => {
  expect(['0', '0.00', '3684', '-5.4'].map(negated)).toEqual(['0', '0.00', '-3684', '5.4']);
});

test('sums are exact', () => {
  expect(sumOf('0.1', '0.2')).toBe('0.3');
  expect(sumOf('-0.055', '9007199254740993')).toBe('9007199254740992.945');
  expect(sumOf('5.4', '-5.4')).toBe('0');
});
