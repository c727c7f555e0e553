import { refuse, type FieldError, type Refusal } from '../../../kernel/decision';
import type { AccountId, ReceiptKey, TenantId } from '../../../kernel/ids';
import { streamParts } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { Actor, ClaimHolder, RecordedAppend } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import type { CustomerReference } from '../../customers';
import type { Outlet } from '../../tenants';
import type { Purchase, Return } from './account.events';

/** What names a receipt, of a purchase or of a return, for ever. */
export type ReceiptName = Pick<Purchase, 'outlet' | 'till' | 'receipt' | 'businessDay'>;

export type ReceiptRefusal = 'OutletUnknown' | 'BusinessDayRequired' | 'BusinessDayUnexpected' | 'CustomerUnknown';

export function receiptKeyOf({ outlet, till, businessDay, receipt }: ReceiptName): ReceiptKey {
  return [outlet, till, ...(businessDay === undefined ? [] : [businessDay]), receipt].join('~') as ReceiptKey;
}

/** Where the receipt was given out. */
export const outletOf = (receiptKey: ReceiptKey): string => receiptKey.slice(0, receiptKey.indexOf('~'));

export const receiptClaim = (tenant: TenantId, receiptKey: ReceiptKey): string => `${tenant}/receipt/${receiptKey}`;

/** Under what a receipt is recorded whose own claim is held by a return that waits for it. */
const arrivedClaim = (tenant: TenantId, receiptKey: ReceiptKey): string => `${tenant}/arrived/${receiptKey}`;

/** The claim a receipt is recorded under. */
export interface ReceiptClaim {
  readonly key: string;
  /** The return that waits for it, where one does. */
  readonly awaitedBy?: ClaimHolder;
}

/** A return takes the claim of a purchase it waits for: so who records that must find it, at the price of nothing to all others. */
export const isAwaited = (receiptKey: ReceiptKey, { commandKey }: ClaimHolder): boolean => commandKey !== receiptKey;

export const claimOfAwaited = (tenant: TenantId, receiptKey: ReceiptKey, awaitedBy: ClaimHolder): ReceiptClaim => ({
  key: arrivedClaim(tenant, receiptKey),
  awaitedBy,
});

/** Records a receipt, or answers from its record; `record` is asked again where a return waits for it. */
export async function recordReceipt<Code extends string>(
  tenant: TenantId,
  receiptKey: ReceiptKey,
  record: (claim: ReceiptClaim) => Promise<DecisionResult<Code>>,
): Promise<DecisionResult<Code>> {
  const result = await record({ key: receiptClaim(tenant, receiptKey) });
  if (result.kind !== 'differentBody' || !isAwaited(receiptKey, result.holder)) return result;
  return record(claimOfAwaited(tenant, receiptKey, result.holder));
}

/** The account of a receipt that nobody made himself known for. */
export const anonymousAccount = (receiptKey: ReceiptKey): AccountId => `r.${receiptKey}` as AccountId;

export const isAnonymous = (account: string): boolean => account.startsWith('r.');

/** A refusal with one place where it is wrong. */
export const refuseAt = <Code extends string>(code: Code, detail: string, pointer: string): Refusal<Code> =>
  refuse(code, detail, [{ pointer, detail }] satisfies readonly FieldError[]);

export const outletUnknown = (outlet: string): Refusal<ReceiptRefusal> =>
  refuseAt('OutletUnknown', `There is no outlet ${outlet}.`, '/outlet');

export function businessDayRefusal(
  { outlet, businessDay }: ReceiptName,
  { numbering }: Outlet,
): Refusal<ReceiptRefusal> | undefined {
  if (numbering === 'daily' && businessDay === undefined) {
    const detail = `Tills of ${outlet} number their receipts daily: give the business day.`;
    return refuseAt('BusinessDayRequired', detail, '/businessDay');
  }
  if (numbering === 'forever' && businessDay !== undefined) {
    const detail = `Tills of ${outlet} never use a receipt number twice: leave the business day out.`;
    return refuseAt('BusinessDayUnexpected', detail, '/businessDay');
  }
  return undefined;
}

export const presentedKind = ({ id, card, phone }: CustomerReference): NonNullable<Purchase['presented']> =>
  id !== undefined ? 'id' : card !== undefined ? 'card' : phone !== undefined ? 'phone' : 'email';

export function customerUnknown(customer: CustomerReference): Refusal<'CustomerUnknown'> {
  const kind = presentedKind(customer);
  return refuseAt(
    'CustomerUnknown',
    `Nobody is known by this ${kind}; enrol first, then send it again.`,
    `/customer/${kind}`,
  );
}

export function receiptActor(
  { key, role }: Caller,
  { outlet, till, staff }: Pick<Purchase, 'outlet' | 'till' | 'staff'>,
): Actor {
  return { key, role, outlet, till, ...(staff === undefined ? {} : { staff }) };
}

/** The same of any command under an Idempotency-Key, whose fingerprint leaves the customer out. */
export const forSameCustomer = <Code extends string>(
  result: DecisionResult<Code>,
  customer: AccountId | undefined,
): DecisionResult<Code> => (result.kind === 'recorded' ? sameCustomerOnly(result, customer) : result);

type Recorded = Extract<DecisionResult, { readonly kind: 'recorded' }>;

/**
 * The record as the answer, unless it was made for another customer: another body in the one member that fingerprints leave
 * out. `customer`: account of who is named now, null for nobody, undefined where nobody is known by the name.
 */
export function sameCustomerOnly(result: Recorded, customer: AccountId | null | undefined): DecisionResult<never> {
  if (wasFor(result.append, customer)) return result;
  const { stream, firstRevision, commandKey, fingerprint } = result.append;
  const holder = { stream, firstRevision, commandKey, fingerprint };
  return { kind: 'differentBody', holder, fingerprint: fingerprint ?? '' };
}

function wasFor({ stream, events }: RecordedAppend, customer: AccountId | null | undefined): boolean {
  // A return may name nobody and yet belong to a customer's purchase.
  if (customer === null) return (events[0]?.data as Partial<Purchase | Return>).presented === undefined;
  return streamParts(stream).id === customer;
}
