import type {
  CustomerId,
  KeyId,
  LotKey,
  PurchaseId,
  ReceiptKey,
  RedemptionId,
  StreamName,
  TenantId,
} from '../../kernel/ids';
import { uuidBytes, uuidV5, uuidV7 } from './uuid';

/**
 * Ids the product gives. Derived ones (UUIDv5 in the tenant's namespace) name their cause, so that whoever knows the cause
 * can compute them offline: recipe and test vectors are in docs/ids.md and never change.
 */
export const PRODUCT_NAMESPACE = '5b1f0f3c-6a57-4c0e-9d0a-7d5c1c6f2a10';

export const purchaseId = (tenant: TenantId, receipt: ReceiptKey): PurchaseId =>
  `pur_${uuidV5(namespaceOf(tenant), `purchase~${receipt}`)}` as PurchaseId;

export const lotId = (tenant: TenantId, lot: LotKey): string => `lot_${uuidV5(namespaceOf(tenant), `lot~${lot}`)}`;

/** `index` is the event's place in its append, from 0. */
export const eventId = (tenant: TenantId, stream: StreamName, commandKey: string, index: number): string =>
  uuidV5(namespaceOf(tenant), `event~${stream}~${commandKey}~${index}`);

/** The key every tenant's first start makes: derived, so that a start that was cut short makes no second one. */
export const firstKeyId = (tenant: TenantId): KeyId => `key_${uuidV5(namespaceOf(tenant), 'key~first')}` as KeyId;

export const newCustomerId = (now: number): CustomerId => `cus_${uuidV7(now)}` as CustomerId;
export const newRedemptionId = (now: number): RedemptionId => `red_${uuidV7(now)}` as RedemptionId;
export const newWebhookId = (now: number): string => `whk_${uuidV7(now)}`;
export const newKeyId = (now: number): KeyId => `key_${uuidV7(now)}` as KeyId;

const customerForm = /^cus_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const isCustomerId = (text: string): text is CustomerId => customerForm.test(text);

const productNamespace = uuidBytes(PRODUCT_NAMESPACE);
const namespaces = new Map<TenantId, Buffer>();

function namespaceOf(tenant: TenantId): Buffer {
  let namespace = namespaces.get(tenant);
  if (namespace === undefined) {
    namespace = uuidBytes(uuidV5(productNamespace, tenant));
    namespaces.set(tenant, namespace);
  }
  return namespace;
}
