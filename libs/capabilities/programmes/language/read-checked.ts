import { Defect } from '../../../kernel/defect';
import { parseDecimal, sign, type Rational } from '../../../kernel/rational';
import { dayOfDate } from '../../../kernel/time';

/** Reading a document that `checkProgramme` let through: what cannot be read there is our defect. */
export function readable<Value>(value: Value | undefined, text: string): Value {
  if (value === undefined) throw new Defect(`a checked document holds ${text}`);
  return value;
}

/** Points, rates and factors: more than nothing. */
export function readDecimal(text: string): Rational {
  const value = readable(parseDecimal(text), text);
  if (sign(value) <= 0) throw new Defect(`a checked document holds the decimal ${text}`);
  return value;
}

export const readDay = (text: string): number => readable(dayOfDate(text), text);
