import type { CustomerId, KeyId, TenantId } from '../../kernel/ids';
import { StoreFault } from '../event-store/faults';

/**
 * What must be able to forget, and may never be lost: keys of persons, HMACs of API keys, the pepper. Every write is durable
 * when its promise settles, so that it comes before the append that rests on it, and is seen by every process that reads
 * after. Passes `libs/testing/key-store.contract-suite.ts`.
 *
 * Reads throw `KeyDamageFault` for a row that is not what was written. On servers every door throws `StoreUnavailableFault`
 * while the keys cannot be reached; a write may then have been made or not, and may be asked again.
 */
export interface KeyStore {
  /** A key for this person, made now unless there is one. Throws `KeyDamageFault` for an erased person: ids are never used again. */
  createPersonKey(tenant: TenantId, customer: CustomerId): Promise<Buffer>;
  /** `erased` once forgotten; `missing` where no key was ever made, which is damage if the person is in the log. */
  personKey(tenant: TenantId, customer: CustomerId): Promise<PersonKey>;
  /** Forgets the key for ever; what was sealed under it can never be read again. Leaves a trace that it was erased. */
  erasePersonKey(tenant: TenantId, customer: CustomerId): Promise<void>;

  /** Replaces what was there: a key has one secret. */
  putApiKey(tenant: TenantId, key: KeyId, hmac: Buffer): Promise<void>;
  removeApiKey(tenant: TenantId, key: KeyId): Promise<void>;
  /** HMAC of one API key's secret, undefined where it has none (any more). */
  apiKey(tenant: TenantId, key: KeyId): Promise<Buffer | undefined>;

  /** 256 bits, made at the first start; an HMAC of anything personal or secret is made with it. */
  readonly pepper: Buffer;

  /** Reads every row. Damaged ones are named, the others counted. */
  verify(): Promise<KeyVerification>;
  close(): Promise<void>;
}

export type PersonKey =
  { readonly kind: 'key'; readonly key: Buffer } | { readonly kind: 'erased' } | { readonly kind: 'missing' };

export interface KeyVerification {
  readonly personKeys: number;
  readonly erased: number;
  readonly apiKeys: number;
  /** Names of damaged rows, and what the file itself is found to suffer from. */
  readonly damaged: readonly string[];
}

/** A key is lost or not what was written: named, never taken for an erasure. */
export class KeyDamageFault extends StoreFault {
  override readonly name = 'KeyDamageFault';
  readonly code = 'KeyDamaged';
  readonly retryable = false;
}
