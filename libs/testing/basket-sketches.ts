import { localTime, MINUTE_MS } from '../kernel/time';
import { NO_VISIT, type Activity, type Basket, type BasketLine } from '../capabilities/programmes';

const MANILA_MINUTES = 480;

export type BasketSketch = Partial<Omit<Basket, 'lines' | 'local'>> & {
  readonly at?: string;
  readonly lines?: readonly Partial<BasketLine>[];
};

/** A basket as a test tells it; unsaid, it is one cone of 100.00 pesos, bought at noon in Manila and paid in cash. */
export function basket({ at = '2026-11-20T12:00', lines = [{}], ...told }: BasketSketch = {}): Basket {
  const all = lines.map((line): BasketLine => ({ sku: 'CONE', quantityMilli: 1_000, amount: 10_000, ...line }));
  const total = all.reduce((sum, { amount }) => sum + amount, 0);
  const head = { outlet: 'north', channel: 'till', currency: 'PHP', decimals: 2, visit: NO_VISIT };
  return { ...head, lines: all, total, paidInMoney: total, local: manila(at), ...told };
}

/** A custom event at noon in Manila, at no outlet. */
export const activity = (
  name: string,
  { at = '2026-11-20T12:00', ...told }: Partial<Activity> & { at?: string } = {},
) => ({ activity: name, channel: 'app', local: manila(at), ...told }) satisfies Activity;

const manila = (text: string) => localTime(Date.parse(`${text}:00Z`) - MANILA_MINUTES * MINUTE_MS, MANILA_MINUTES);
