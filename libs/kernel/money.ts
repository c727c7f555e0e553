import { rational, type Rational } from './rational';

/**
 * Money is whole minor units of 10^-decimals of a currency, at most 2^53−1 of them. A purchase states currency and decimals;
 * the default is the ISO 4217 exponent below.
 */
export const MAX_DECIMALS = 4;
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

const withoutDecimals = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const withThreeDecimals = 'BHD IQD JOD KWD LYD OMR TND';
const withFourDecimals = 'CLF UYW';
const withTwoDecimals =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
  'COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
  'IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN ' +
  'NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

const exponents: ReadonlyMap<string, number> = new Map(
  [withoutDecimals, '', withTwoDecimals, withThreeDecimals, withFourDecimals].flatMap((codes, exponent) =>
    codes.split(' ').map((code): [string, number] => [code, exponent]),
  ),
);

/** Decimals of a currency's smallest unit by ISO 4217; undefined for a code that is none. */
export const currencyExponent = (currency: string): number | undefined =>
  currency === '' ? undefined : exponents.get(currency);

export const currencyCodes = (): readonly string[] => [...exponents.keys()].filter((code) => code !== '');

/** `amount` minor units as a fraction of the currency's main unit. */
export const moneyOf = (amountMinor: number, decimals: number): Rational => rational(amountMinor, 10 ** decimals);

/** 13500 with 2 decimals is "135.00". */
export function amountText(amountMinor: number, decimals: number): string {
  if (decimals === 0) return String(amountMinor);
  const digits = String(amountMinor).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
