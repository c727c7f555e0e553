import { Injectable } from '@nestjs/common';
import { refuse, type Refusal } from '../../../kernel/decision';
import { streamName, type AccountId, type ReceiptKey, type TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { ContendedFault } from '../../../platform/decisions/faults';
import { AccountStreams, type AccountIntent } from '../account/account-streams';
import type { ReturnLine } from '../account/account.events';
import type { Overflowing } from '../account/decide-account';
import { anonymousAccount, isAnonymous, receiptClaim, refuseAt } from '../account/reported-receipt';
import { changesOf, isNextChange } from '../account/unclaimed-purchases';
import { PurchaseFinder } from '../find-purchase/purchase-finder';
import type { PurchaseReference } from '../find-purchase/purchase-reference';
import type { UnpricedLine } from './return-amounts';

/** A line as reported: by which name the world gives its purchase, if any. */
export type ReportedReturnLine = Omit<ReturnLine, 'amount' | 'of'> & {
  readonly amount?: number;
  readonly purchase?: PurchaseReference;
};

export interface ReportedGoods {
  readonly lines: readonly ReportedReturnLine[];
  readonly linesAt: '/lines' | '/returns';
  /** Account of the customer who is named; null where nobody is. */
  readonly customer: AccountId | null;
  /** Of the document itself. */
  readonly receiptKey: ReceiptKey;
}

export interface PlacedGoods {
  readonly account: AccountId;
  readonly lines: readonly UnpricedLine[];
  /** Purchases that the goods are the first to name. */
  readonly awaited: readonly ReceiptKey[];
}

/** A command about goods. Of the purchases it waits for it takes the claims, so that these find it when they come (S27). */
export type GoodsIntent<Code extends string> = AccountIntent<Code> & { readonly awaited?: readonly ReceiptKey[] };

export type GoodsRefusal = 'PurchasesOfTwoAccounts' | 'CustomerDiffers' | 'PurchaseIdUnknown' | 'ReceiptIsNoPurchase';

/** A purchase that lines name; without an account it is not recorded yet. */
interface Named {
  readonly of: ReceiptKey;
  readonly account: AccountId | undefined;
  /** By another return. */
  readonly isAwaited: boolean;
}

interface NoPurchase {
  readonly code: GoodsRefusal;
  readonly detail: string;
}

/** Which account goods that are brought back belong to, and the race with whoever claims their purchase meanwhile. */
@Injectable()
export class GoodsAccounts {
  constructor(
    private readonly accounts: AccountStreams,
    private readonly finder: PurchaseFinder,
  ) {}

  /** That of their purchases; of unknown ones the customer's, else the one the purchase will open. */
  async place(tenant: TenantId, goods: ReportedGoods): Promise<PlacedGoods | Refusal<GoodsRefusal>> {
    const looked = new Map<string, Named | NoPurchase>();
    const lines: UnpricedLine[] = [];
    for (const [index, { purchase, ...line }] of goods.lines.entries()) {
      if (purchase === undefined) {
        lines.push(line);
        continue;
      }
      const name = purchase.receiptKey ?? purchase.purchaseId;
      const named = looked.get(name) ?? (await this.look(tenant, purchase));
      looked.set(name, named);
      if ('code' in named) return refuseAt(named.code, named.detail, `${goods.linesAt}/${index}/purchase`);
      lines.push({ ...line, of: named.of });
    }
    const named = [...looked.values()].filter((purchase) => 'of' in purchase);
    const account = accountOf(goods, named);
    if (typeof account !== 'string') return account;
    // A return that gives itself for its purchase waits for nothing.
    const first = named.filter(({ of, account: known, isAwaited }) => !known && !isAwaited && of !== goods.receiptKey);
    return { account, lines, awaited: first.slice(0, MAX_AWAITED).map(({ of }) => of) };
  }

  private async look(tenant: TenantId, purchase: PurchaseReference): Promise<Named | NoPurchase> {
    const of = await this.finder.receiptOf(tenant, purchase);
    if (of === undefined) {
      const detail =
        'No purchase has this id yet; name it by its receipt, outlet~till~receipt, or send it again later.';
      return { code: 'PurchaseIdUnknown', detail };
    }
    const found = await this.finder.find(tenant, of);
    if (found === 'aReturn') return { code: 'ReceiptIsNoPurchase', detail: `The receipt ${of} is that of a return.` };
    return found === 'awaited' || found === undefined
      ? { of, account: undefined, isAwaited: found === 'awaited' }
      : { of, account: found.account, isAwaited: false };
  }

  /**
   * Runs a command on the account of a purchase. `decide` is asked again, with all it rests on looked up anew, where the
   * purchase was nobody's and somebody has claimed it meanwhile, or was not known and has come.
   */
  async run<Code extends string>(
    decide: () => Promise<GoodsIntent<Code> | Refusal<Code>>,
  ): Promise<DecisionResult<Overflowing<Code>>> {
    for (let tries = 1; tries <= MAX_MOVES; tries++) {
      const intent = await decide();
      if ('kind' in intent) return { kind: 'refused', refusal: intent };
      const result = await this.accounts.run<Code | 'Moved'>(guarded(intent));
      if (result.kind === 'refused') {
        const { code } = result.refusal;
        if (code === 'Moved') continue;
        return { kind: 'refused', refusal: { ...result.refusal, code } };
      }
      return result;
    }
    throw new ContendedFault(`a purchase was moved again and again`);
  }
}

/** A purchase is claimed once, and what is returned of several purchases leads to one account. */
const MAX_MOVES = 4;

/** An append holds so many claims; a purchase that is named behind them does not learn of the return. */
const MAX_AWAITED = 32;

/** An account of nobody may lose a purchase while something is decided about it, and a purchase that is waited for may come. */
function guarded<Code extends string>({ awaited = [], ...intent }: GoodsIntent<Code>): AccountIntent<Code | 'Moved'> {
  const { tenant, account, claims, onClaimTaken } = intent;
  const anonymous = isAnonymous(account);
  if (!anonymous && awaited.length === 0) return intent;
  const awaiting = awaited.map((purchase) => receiptClaim(tenant, purchase));
  return {
    ...intent,
    claims: (draft, history) => [
      ...(anonymous ? changesOf(tenant, account, draft.facts, history) : []),
      ...awaiting.map((key) => ({ action: 'take' as const, key })),
      ...(claims?.(draft, history) ?? []),
    ],
    onClaimTaken: (key, holder) => {
      if (awaiting.includes(key)) return refuse('Moved', 'the purchase is recorded, or another return waits for it');
      if (!anonymous || !isNextChange(tenant, key)) return onClaimTaken?.(key, holder);
      const ours = holder.stream === streamName('account', tenant, account);
      return ours ? undefined : refuse('Moved', 'somebody has claimed the purchase');
    },
  };
}

function accountOf(
  { customer, receiptKey, linesAt }: ReportedGoods,
  named: readonly Named[],
): AccountId | Refusal<GoodsRefusal> {
  const known = new Set(named.flatMap(({ account }) => account ?? []));
  const unknown = new Set(named.flatMap(({ of, account }) => (account === undefined ? of : [])));
  const [account] = known;
  if (known.size > 1) {
    return refuseAt(
      'PurchasesOfTwoAccounts',
      'The goods belong to purchases of different customers: give every customer a return of his own.',
      linesAt,
    );
  }
  if (account !== undefined) {
    if (customer === null || customer === account) return account;
    const detail = isAnonymous(account)
      ? 'Nobody has claimed the purchase: leave the customer out, or claim it first.'
      : 'The goods belong to a purchase of another customer.';
    return refuseAt('CustomerDiffers', detail, '/customer');
  }
  if (customer !== null) return customer;
  if (unknown.size > 1) {
    return refuseAt(
      'PurchasesOfTwoAccounts',
      'None of the purchases is known yet, nor the customer: name the customer, or give every purchase a return of its own.',
      linesAt,
    );
  }
  const [purchase = receiptKey] = unknown;
  return anonymousAccount(purchase);
}
