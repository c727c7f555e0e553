import { roundedToPence } from './report';

test('monthly figures are rounded to pence, half up, without a number in between', () => {
  const rounded = ['96338.921', '87678.85', '70310.5', '0', '0.005', '9007199254740993.019'].map(roundedToPence);
  expect(rounded).toEqual(['96338.92', '87678.85', '70310.50', '0.00', '0.01', '9007199254740993.02']);
});
