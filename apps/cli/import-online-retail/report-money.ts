import { PRICE_DECIMALS } from './invoice';
import { decimalText } from './rejects-file';

/** "-96338.925" → "-96338.93": to pence, half away from zero; for an exact decimal. */
export function roundedToPence(exact: string): string {
  const sign = exact.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = exact.slice(sign.length).split('.');
  const thousandths = BigInt(whole + fraction.padEnd(3, '0').slice(0, 3));
  const pence = ((thousandths + 5n) / 10n).toString().padStart(3, '0');
  const rounded = `${pence.slice(0, -2)}.${pence.slice(-2)}`;
  return /[1-9]/.test(rounded) ? sign + rounded : rounded;
}

/** "1346914.1" → "1346914.10", "91552.291" as it is: exact, and the pence are always there. */
export function withPence(exact: string): string {
  const [whole = '0', fraction = ''] = exact.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

/** The same amount taken instead of given; there is no minus zero. */
export function negated(exact: string): string {
  if (exact.startsWith('-')) return exact.slice(1);
  return /[1-9]/.test(exact) ? `-${exact}` : exact;
}

/** Units of 10^-4 pounds, exact, with the pence. */
export const poundsText = (units: bigint): string => withPence(decimalText(units));

/** Of two exact decimals with at most 4 places, exact. */
export const sumOf = (a: string, b: string): string => decimalText(unitsOf(a) + unitsOf(b));

function unitsOf(exact: string): bigint {
  const [whole = '0', fraction = ''] = exact.split('.');
  return BigInt(whole + fraction.padEnd(PRICE_DECIMALS, '0'));
}
