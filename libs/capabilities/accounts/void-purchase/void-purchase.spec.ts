import type { ReceiptKey } from '../../../kernel/ids';
import { decideOn, deliver, sale, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import { always, onePointPer } from '../../../testing/rule-sketches';
import { decideInOrder } from '../account/decide-account';
import { voidDecider, voidedAlready, type VoidPurchase } from './void-purchase.decide';

const rules = always({ rules: [onePointPer('1.00')] });
const receiptKey = 'manila-1~2~1' as ReceiptKey;
const SOLD_AT = '2026-03-10T10:00:00+08:00';
const held = deliver(rules, [sale({ receipt: '1', at: SOLD_AT })]);

const voiding = (at: string, told: { recordedAt?: string; of?: ReceiptKey } & Partial<VoidPurchase> = {}) => {
  const { of = receiptKey, recordedAt = at, ...more } = told;
  return voidDecider({
    voided: { receiptKey: of, outlet: 'manila-1', till: '2', source: 'till' },
    occurredAt: Date.parse(at),
    now: Date.parse(recordedAt),
    anonymous: false,
    ...more,
  });
};

function accepted(decider: ReturnType<typeof voiding>, before: ToldAccount = held) {
  const draft = decideOn(rules, decider, before);
  if (draft.kind === 'refused') throw new Error(draft.code);
  return draft;
}

describe('S7 a void', () => {
  it('removes the purchase, named by its receipt, and says so on the receipt', () => {
    const { facts, next, outcome } = accepted(voiding('2026-03-10T11:00:00+08:00'));
    const at = Date.parse('2026-03-10T11:00:00+08:00');
    expect(facts).toStrictEqual([
      {
        event: {
          type: 'PurchaseVoided',
          version: 1,
          data: { receiptKey, outlet: 'manila-1', till: '2', source: 'till', key: receiptKey, flags: [] },
        },
        occurredAt: at,
        effectiveAt: at,
        recordedAt: at,
      },
    ]);
    expect(next.wallets).toMatchObject([{ totals: { earned: 135, reversed: 135, available: 0, debt: 0 } }]);
    expect(outcome).toMatchObject({ flags: [], balances: [{ available: 0 }] });
    expect(outcome['receiptLines']).toContain('points balance: 0');
  });

  it('of nobody’s purchase tells no balance', () => {
    const nobody = deliver(rules, [sale({ receipt: '1', at: SOLD_AT, anonymous: true })]);
    expect(accepted(voiding('2026-03-10T11:00:00+08:00', { anonymous: true }), nobody).outcome).toMatchObject({
      balances: [],
      flags: [],
    });
  });

  it('S2 acts when it happened, and is late behind what the account has seen since; beyond 45 days it acts now', () => {
    const since = tell(rules, held, voiding('2026-03-12T10:00:00+08:00'));
    const second = deliver(rules, [
      sale({ receipt: '1', at: SOLD_AT }),
      sale({ receipt: '3', at: '2026-03-12T10:00:00+08:00', amounts: [1_000] }),
    ]);
    const late = accepted(voiding('2026-03-11T10:00:00+08:00', { recordedAt: '2026-03-12T11:00:00+08:00' }), second);
    expect(late).toMatchObject({
      effectiveAt: Date.parse('2026-03-11T10:00:00+08:00'),
      facts: [
        { event: { type: 'PurchaseVoided', version: 1, data: { receiptKey, key: receiptKey, flags: ['late'] } } },
      ],
      next: { wallets: [{ totals: { available: 10 } }] },
      outcome: { flags: ['late'] },
    });
    expect(since.account.wallets).toMatchObject([{ totals: { available: 0 } }]);
    const recordedAt = '2026-04-26T10:00:00.001+08:00';
    expect(accepted(voiding('2026-03-12T10:00:00+08:00', { recordedAt }))).toMatchObject({
      effectiveAt: Date.parse(recordedAt),
      outcome: { flags: ['beyondHorizon'] },
    });
    const future = voiding('2026-03-12T10:05:00.001+08:00', { recordedAt: '2026-03-12T10:00:00+08:00' });
    expect(accepted(future)).toMatchObject({ outcome: { flags: ['inTheFuture'] } });
  });

  it('is of a purchase there is, and comes once', () => {
    const unknown = 'manila-1~2~9' as ReceiptKey;
    expect(decideOn(rules, voiding('2026-03-11', { of: unknown }), held)).toMatchObject({
      code: 'PurchaseNotFound',
      detail: 'There is no purchase manila-1~2~9.',
    });
    const once = tell(rules, held, voiding('2026-03-11'));
    const twice = { code: 'PurchaseVoidedAlready', detail: 'The purchase manila-1~2~1 was voided before.' };
    expect(decideOn(rules, voiding('2026-03-12'), once)).toMatchObject(twice);
    expect(voidedAlready(receiptKey)).toMatchObject(twice);
  });

  it('is decided on the whole history, for the purchase has left the account', () => {
    expect(decideInOrder(voiding('2026-03-11'), held.account, rules)).toEqual({ kind: 'needsHistory' });
    expect(decideOn(rules, voiding('2026-03-11'), untold)).toMatchObject({ code: 'PurchaseNotFound' });
  });
});
