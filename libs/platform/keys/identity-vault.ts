import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json';
import { assert } from '../../kernel/defect';
import { streamParts, type CustomerId, type StreamName, type TenantId } from '../../kernel/ids';
import type { JsonObject } from '../../kernel/json';
import type { Claim } from '../event-store/event-store';
import { KeyDamageFault, type KeyStore } from './key-store';
import { normaliseIdentity, type Identity, type IdentityKind } from '../../kernel/identity';
import { open, seal } from './sealing';

/**
 * Personal data on its way into the log and back: sealed under the person's key, and found again only through an HMAC that
 * the derived index holds. The log itself holds no identity in a form that could be guessed at.
 */
export class IdentityVault {
  constructor(private readonly keys: KeyStore) {}

  /** The key is made and durable when this answers. */
  async openFile(tenant: TenantId, customer: CustomerId): Promise<PersonalFile> {
    return new PersonalFile(tenant, customer, await this.keys.createPersonKey(tenant, customer), this);
  }

  /** Undefined after erasure. Throws `KeyDamageFault` where the key is lost. */
  async fileOf(tenant: TenantId, customer: CustomerId): Promise<PersonalFile | undefined> {
    const found = await this.keys.personKey(tenant, customer);
    if (found.kind === 'missing') throw new KeyDamageFault(`the key of person ${tenant}/${customer} is missing`);
    return found.kind === 'erased' ? undefined : new PersonalFile(tenant, customer, found.key, this);
  }

  /** `<tenant>/<kind>/<HMAC>`: what an identity is claimed and looked up by; undefined where its form is wrong. */
  lookupKey(tenant: TenantId, identity: Identity): string | undefined {
    const value = normaliseIdentity(identity);
    return value === undefined ? undefined : this.keyOf(tenant, identity.kind, value);
  }

  /** The key of a sealed claim of this stream, for whoever rebuilds the index; undefined where the person was erased. */
  readonly unseal = async (sealed: string, stream: StreamName): Promise<string | undefined> => {
    const { tenant, id } = streamParts(stream);
    const identity = (await this.fileOf(tenant, id as CustomerId))?.identity(sealed);
    return identity && this.keyOf(tenant, identity.kind, identity.value);
  };

  /** @internal */
  keyOf(tenant: TenantId, kind: string, normalised: string): string {
    const hmac = createHmac('sha256', this.keys.pepper).update(`${tenant}/${kind}/${normalised}`).digest('hex');
    return `${tenant}/${kind}/${hmac}`;
  }
}

/** One person's key at work. */
export class PersonalFile {
  constructor(
    private readonly tenant: TenantId,
    readonly customer: CustomerId,
    private readonly key: Buffer,
    private readonly vault: IdentityVault,
  ) {}

  seal(content: JsonObject): string {
    return seal(canonicalJson(content), this.key, this.customer);
  }

  open(sealed: string): JsonObject {
    return JSON.parse(open(sealed, this.key, this.customer)) as JsonObject;
  }

  /** What `claim` sealed. */
  identity(sealed: string): Identity {
    return JSON.parse(open(sealed, this.key, this.customer)) as Identity;
  }

  /** The claim on an identity, whose form was checked before. */
  claim(identity: Identity): SealedIdentity {
    const value = normaliseIdentity(identity);
    assert(value !== undefined, `not the form of an identity: ${identity.kind}`);
    const { kind } = identity;
    const sealed = this.seal({ tenant: this.tenant, kind, value });
    return { kind, sealed, claim: { action: 'take', key: this.vault.keyOf(this.tenant, kind, value), sealed } };
  }

  /**
   * The fingerprint of a body that holds something personal, made unguessable: told apart only by who has the person's
   * key, and by nobody after erasure.
   */
  fingerprint(plain: string): string {
    return createHmac('sha256', this.key).update(plain).digest('hex');
  }
}

export interface SealedIdentity {
  readonly kind: IdentityKind;
  readonly sealed: string;
  readonly claim: Claim;
}
