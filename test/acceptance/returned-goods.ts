import type { JsonObject } from '../../libs/kernel/json';
import { OPENED_AT, type Answer, type RunningProduct } from './running-product';

/** A purchase of so many pesos a line, some minutes before the product was opened; every line has an article of its own. */
export function boughtOf(receipt: string, pesos: readonly number[], more: object = {}): JsonObject {
  return {
    outlet: 'manila-1',
    till: '1',
    receipt,
    occurredAt: minutesAgo(60),
    currency: 'PHP',
    lines: pesos.map((amount, index) => ({ sku: `SKU-${index + 1}`, quantity: 1, amount: Math.round(amount * 100) })),
    ...more,
  };
}

export interface ReturnedLine {
  readonly sku?: string;
  readonly quantity?: number;
  /** Pesos. */
  readonly pesos?: number;
  readonly purchase?: string;
  readonly line?: number;
}

/** A return of the day the product was opened, of the first article unless said. */
export function returnOf(receipt: string, lines: readonly ReturnedLine[], more: object = {}): JsonObject {
  return {
    outlet: 'manila-1',
    till: '9',
    receipt,
    occurredAt: minutesAgo(30),
    currency: 'PHP',
    lines: lines.map(({ pesos, ...line }) => ({
      sku: 'SKU-1',
      quantity: 1,
      ...line,
      ...(pesos !== undefined && { amount: Math.round(pesos * 100) }),
    })),
    ...more,
  };
}

export const minutesAgo = (minutes: number): string => new Date(OPENED_AT - minutes * 60_000).toISOString();

/** The customer with this card. */
export const by = (card: string) => ({ customer: { card } });

/** Sends what must be refused, and holds that nothing was recorded. */
export async function refused(product: RunningProduct, path: string, body: object, as?: string): Promise<Answer> {
  const end = await product.endPosition();
  const answer = await product.send('POST', path, { body, ...(as !== undefined && { as }) });
  if (answer.status < 400) throw new Error(`it was not refused: ${answer.text}`);
  expect(await product.endPosition()).toBe(end);
  return answer;
}

/** Points of the starter's wallet in a list of an answer, 0 where it is not there. */
export function pointsIn({ body }: Answer, list: string): number {
  const parts = body[list] as readonly { readonly wallet: string; readonly points: number }[];
  return parts.find(({ wallet }) => wallet === 'points')?.points ?? 0;
}

/** What the starter's wallet can spend after it. */
export function availableIn({ body }: Answer): number | undefined {
  const balances = body['balances'] as readonly { readonly wallet: string; readonly available: number }[];
  return balances.find(({ wallet }) => wallet === 'points')?.available;
}
