import { localTime } from '../../../kernel/time';
import type { Basket } from '../../programmes';
import type { PaymentKind, Purchase } from './account.events';

/** A recorded purchase as the rule language sees it. Calendar conditions follow `occurredAt` on the outlet's clock (S6). */
export function basketOf(purchase: Purchase, occurredAt: number): Basket {
  const total = purchase.lines.reduce((sum, line) => sum + line.amount, 0);
  return {
    outlet: purchase.outlet,
    channel: purchase.channel,
    currency: purchase.currency,
    decimals: purchase.decimals,
    lines: purchase.lines.map(({ sku, category, quantity, amount }) => {
      const quantityMilli = Math.round(quantity * 1000);
      return category === undefined ? { sku, quantityMilli, amount } : { sku, category, quantityMilli, amount };
    }),
    total,
    paidInMoney: total - settledWithoutMoney(purchase),
    local: localTime(occurredAt, purchase.offsetMinutes),
  };
}

function settledWithoutMoney({ payments = [] }: Purchase): number {
  return payments.reduce((sum, { kind, amount }) => (earnsNothing(kind) ? sum + amount : sum), 0);
}

const earnsNothing = (kind: PaymentKind): boolean => kind === 'points' || kind === 'reward';
