import { currencyExponent } from '../../../kernel/money';
import { problem } from '../../../platform/http/http-problem';

/** Decimals of a document's amounts: as stated, else those of its currency. @throws HttpProblem 422 for a currency that is none. */
export function decimalsOf({
  currency,
  decimals = currencyExponent(currency),
}: {
  readonly currency: string;
  readonly decimals?: number;
}): number {
  if (decimals !== undefined) return decimals;
  throw problem('CurrencyUnknown', `${currency} is no currency of ISO 4217; correct it, or state its decimals`, {
    errors: [{ pointer: '/currency', detail: 'is not known' }],
  });
}
