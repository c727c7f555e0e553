/**
 * Branded ids: a bare string never stands where an id is meant.
 * `cus_…` and `key_…` are UUIDv7 made at the edge; `pur_…` and `lot_…` are derived from their cause (see docs/ids.md).
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `[a-z0-9]{1,32}`. */
export type TenantId = Branded<'TenantId'>;
/** `cus_` + UUIDv7, or `r.<receipt key>` for the account an anonymous purchase opens. */
export type AccountId = Branded<'AccountId'>;
/** `cus_` + UUIDv7. */
export type CustomerId = Branded<'CustomerId'>;
/** `outlet~till~receipt`, with `~businessDay` after the till where the till numbers its receipts daily. */
export type ReceiptKey = Branded<'ReceiptKey'>;
/** `pur_` + UUIDv5 of `purchase~<receipt key>` in the tenant's namespace. */
export type PurchaseId = Branded<'PurchaseId'>;
/** What a lot is named by inside the ledger: `<fact key>~<rule>~<programme>~<wallet>`; shown as `lot_` + UUIDv5 of it. */
export type LotKey = Branded<'LotKey'>;
/** `red_` + UUIDv7. */
export type RedemptionId = Branded<'RedemptionId'>;
/** An issued reward: `<programme>~<card>~<ordinal>~<generation>`, named after its card and never after what completed it. */
export type RewardKey = Branded<'RewardKey'>;
/** Client-chosen names of programmes, outlets, wallets, rules, tills: `[A-Za-z0-9._-]{1,64}`. */
export type ProgrammeId = Branded<'ProgrammeId'>;
export type KeyId = Branded<'KeyId'>;

/** `<category>-<tenant>.<id>`. */
export type StreamName = Branded<'StreamName'>;

const tenantForm = /^[a-z0-9]{1,32}$/;
const clientPartForm = /^[A-Za-z0-9._-]{1,64}$/;

export const isTenantId = (text: string): text is TenantId => tenantForm.test(text);
export const isClientPart = (text: string): boolean => clientPartForm.test(text);

export function streamName(category: string, tenant: TenantId, id: string): StreamName {
  return `${category}-${tenant}.${id}` as StreamName;
}

export interface StreamParts {
  readonly category: string;
  readonly tenant: TenantId;
  readonly id: string;
}

/** Splits a stream name; categories hold no hyphen and tenants no dot, so the first of each divides. */
export function streamParts(stream: StreamName): StreamParts {
  const hyphen = stream.indexOf('-');
  const dot = stream.indexOf('.', hyphen);
  return {
    category: stream.slice(0, hyphen),
    tenant: stream.slice(hyphen + 1, dot) as TenantId,
    id: stream.slice(dot + 1),
  };
}
