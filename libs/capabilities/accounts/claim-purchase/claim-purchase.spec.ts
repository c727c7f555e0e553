import type { ReceiptKey } from '../../../kernel/ids';
import { returned, voided, withWaiting, bought } from '../../../testing/account-facts';
import { decideOn, deliver, recording, sale, tell, untold, type ToldAccount } from '../../../testing/given-when-then';
import { always, onePointPer, programme, terms } from '../../../testing/rule-sketches';
import { decideInOrder } from '../account/decide-account';
import { claimDecider, claimedAlready, notAnonymous } from './claim-purchase.decide';

const rules = always({ rules: [onePointPer('1.00')] });
const SOLD_AT = '2026-03-10T12:00:00Z';
const receiptKey = 'manila-1~2~1' as ReceiptKey;
const instant = (text: string): number => Date.parse(text);

const line = (sku: string, amount: number) => ({ sku, quantity: 1, amount });
const anonymous = (receipt = '1', lines = [line('SKU-1', 7_000), line('SKU-2', 3_000)]) =>
  sale({ receipt, at: SOLD_AT, anonymous: true, lines });

/** The account of nobody, in which 100.00 was spent, and what happened to the purchase since. */
const unclaimed = (...since: Parameters<typeof recording>[0][]): ToldAccount =>
  tell(rules, deliver(rules, [anonymous()]), ...since.map(recording));

const claim = (at: string, { facts }: ToldAccount, of = receiptKey) =>
  claimDecider(() => ({ receiptKey: of, unclaimed: facts, presented: 'card', now: instant(at) }));

/** Code and detail of a refusal, or what the claimant can spend afterwards. */
function claimed(at: string, nobody: ToldAccount, of = receiptKey, under = rules): string | number {
  const decided = decideOn(under, claim(at, nobody, of), untold);
  if (decided.kind === 'refused') return `${decided.code}: ${decided.detail}`;
  return decided.next.wallets[0]?.totals.available ?? 0;
}

const back = (receipt: string, sku: string, amount: number) =>
  returned(receipt, { at: '2026-03-12', of: '1', lines: [{ sku, amount }], anonymous: true });

describe('S36 a claim', () => {
  it('is under the terms of the purchase’s day, net of returns: 100 − 30 under R1, claimed under R2, is 70', () => {
    const revisions = terms({
      main: {
        '1970-01-01': programme({ rules: [onePointPer('1.00')] }),
        '2026-03-11': programme({ rules: [onePointPer('0.50')] }),
      },
    });
    expect(claimed('2026-03-20T12:00:00Z', unclaimed(back('r', 'SKU-2', 30)), receiptKey, revisions)).toBe(70);
  });

  it('brings the purchase at its own time, as whom the claimant is known, with what was returned of it', () => {
    const draft = decideOn(rules, claim('2026-03-20T12:00:00Z', unclaimed(back('r', 'SKU-2', 30))), untold);
    if (draft.kind === 'refused') throw new Error(draft.code);
    const [fact] = draft.facts;
    expect(fact).toMatchObject({
      occurredAt: instant(SOLD_AT),
      effectiveAt: instant(SOLD_AT),
      recordedAt: instant('2026-03-20T12:00:00Z'),
      event: {
        type: 'PurchaseClaimed',
        data: {
          claimedAt: instant('2026-03-20T12:00:00Z'),
          purchase: { receiptKey, presented: 'card', lines: [{ sku: 'SKU-1' }, { sku: 'SKU-2' }] },
        },
      },
    });
    if (fact?.event.type !== 'PurchaseClaimed') throw new Error('no claim');
    const at = instant('2026-03-12T12:00:00Z');
    expect(fact.event.data.returns).toStrictEqual([
      { effectiveAt: at, occurredAt: at, data: returnIn(back('r', 'SKU-2', 30)) },
    ]);
    expect(draft.outcome).toMatchObject({ balances: [{ available: 70 }], flags: [] });
  });

  it('of a purchase that found its returns waiting brings them as returns, once', () => {
    const waiting = back('r', 'SKU-1', 70);
    const lines = [
      { sku: 'SKU-1', amount: 70 },
      { sku: 'SKU-2', amount: 30 },
    ];
    const purchase = bought('1', { at: '2026-03-13', lines, anonymous: true });
    const nobody = tell(rules, untold, recording(withWaiting(purchase, waiting)));
    const draft = decideOn(rules, claim('2026-03-20T12:00:00Z', nobody), untold);
    if (draft.kind === 'refused') throw new Error(draft.code);
    const event = draft.facts[0]?.event;
    if (event?.type !== 'PurchaseClaimed') throw new Error('no claim');
    expect('returnedBefore' in event.data.purchase).toBe(false);
    expect(event.data.returns).toMatchObject([{ data: { receiptKey: 'manila-1~2~r' } }]);
    expect(draft.next.wallets).toMatchObject([{ totals: { available: 30 } }]);
  });

  it('is of the receipt it names, whatever else is in the account of nobody', () => {
    const second = 'manila-1~2~2' as ReceiptKey;
    const nobody = deliver(rules, [anonymous(), anonymous('2', [line('SKU-1', 500)])]);
    expect(claimed('2026-03-20T12:00:00Z', nobody, second)).toBe(5);
    const half = tell(rules, nobody, recording(voided('1', { at: '2026-03-11' })));
    expect(claimed('2026-03-20T12:00:00Z', half, second)).toBe(5);
  });

  it('takes within 30 days, and not a moment later', () => {
    expect(claimed('2026-04-09T11:59:59.999Z', unclaimed())).toBe(100);
    expect(claimed('2026-04-09T12:00:00Z', unclaimed())).toBe(
      'ClaimTooLate: The purchase manila-1~2~1 could be claimed for 30 days, before 2026-04-09T12:00:00.000Z.',
    );
  });

  it('takes nothing that was voided, or of which all was returned', () => {
    const nothing = 'there is nothing to claim.';
    const gone = unclaimed(voided('1', { at: '2026-03-11' }));
    for (const at of ['2026-03-20T12:00:00Z', '2026-05-01T12:00:00Z']) {
      expect(claimed(at, gone)).toBe(`PurchaseVoided: The purchase manila-1~2~1 was voided: ${nothing}`);
    }
    const all = unclaimed(back('r', 'SKU-1', 70), back('s', 'SKU-2', 30));
    expect(claimed('2026-03-20T12:00:00Z', all)).toBe(
      `PurchaseReturned: All of the purchase manila-1~2~1 was returned: ${nothing}`,
    );
    expect(claimed('2026-03-20T12:00:00Z', unclaimed(back('r', 'SKU-1', 70)))).toBe(30);
  });

  it('is only of purchases of nobody', () => {
    const refusal = 'The purchase manila-1~2~1 was recorded for its customer: nobody can claim it.';
    expect(claimed('2026-03-20T12:00:00Z', untold)).toBe(`PurchaseNotAnonymous: ${refusal}`);
    const other = deliver(rules, [anonymous('2')]);
    expect(claimed('2026-03-20T12:00:00Z', other)).toBe(`PurchaseNotAnonymous: ${refusal}`);
    const waiting = tell(rules, untold, recording(back('1', 'SKU-1', 70)));
    expect(claimed('2026-03-20T12:00:00Z', waiting)).toBe(`PurchaseNotAnonymous: ${refusal}`);
    expect(notAnonymous(receiptKey)).toMatchObject({ code: 'PurchaseNotAnonymous', detail: refusal });
  });

  it('comes once: the second is told whether it was his own', () => {
    const before = 'The purchase manila-1~2~1 was claimed before, by';
    expect([claimedAlready(receiptKey, true), claimedAlready(receiptKey, false)]).toMatchObject([
      { code: 'PurchaseClaimedAlready', detail: `${before} this very customer.` },
      { code: 'PurchaseClaimedAlready', detail: `${before} somebody else.` },
    ]);
  });

  it('is decided on the claimant’s whole history, and on what is true of the purchase by then', () => {
    const read = claimOf(unclaimed());
    expect(decideInOrder(claimDecider(read), untold.account, rules)).toEqual({ kind: 'needsHistory' });
    const later = deliver(rules, [sale({ receipt: '9', at: '2026-03-15T12:00:00Z', amounts: [1_000] })]);
    expect(decideOn(rules, claimDecider(read), later)).toMatchObject({
      next: { wallets: [{ totals: { available: 110 } }] },
      outcome: { flags: ['late'] },
    });
  });
});

const claimOf =
  ({ facts }: ToldAccount) =>
  () =>
    ({ receiptKey, unclaimed: facts, presented: 'card', now: instant('2026-03-20T12:00:00Z') }) as const;

function returnIn({ event }: Parameters<typeof recording>[0]) {
  if (event.type !== 'PurchaseReturned') throw new Error('no return');
  return event.data;
}
