/** So many 10^-decimals of a currency. */
export interface MoneySum {
  readonly units: bigint;
  readonly decimals: number;
}

/** The exact sum as a decimal without trailing zeros: 1.50 and 0.125 are "1.625". */
export function sumOfMoney(parts: readonly MoneySum[]): string {
  const decimals = Math.max(0, ...parts.map((part) => part.decimals));
  const units = parts.reduce((sum, part) => sum + part.units * 10n ** BigInt(decimals - part.decimals), 0n);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return (units < 0n ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`);
}
