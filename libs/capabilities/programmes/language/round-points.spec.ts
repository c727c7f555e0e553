import { parseDecimal, ZERO } from '../../../kernel/rational';
import { accountScopeChange } from './round-points';

describe('S17 rounding the running total of an account', () => {
  const change = (given: number, exact: string) => accountScopeChange(given, parseDecimal(exact) ?? ZERO, 'floor');

  it('counts nothing below zero: net −5.40, then +10.00, gives 4', () => {
    expect([change(0, '-5.4'), change(0, '4.6')]).toEqual([0, 4]);
  });

  it('takes back what the total no longer bears', () => {
    expect([change(4, '4.6'), change(4, '3.9'), change(4, '-2')]).toEqual([0, -1, -4]);
  });
});
