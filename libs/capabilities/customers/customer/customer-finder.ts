import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { streamName, streamParts, type CustomerId, type TenantId } from '../../../kernel/ids';
import type { EventStore } from '../../../platform/event-store/event-store';
import { isCustomerId } from '../../../platform/identifiers/identifiers';
import type { IdentityVault } from '../../../platform/keys/identity-vault';
import { Wired } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from './customer-source';
import { identitiesIn } from './identities';

const CACHED = 100_000;

/** Asks the log, not a read model: a customer is found from the moment he is enrolled. */
@Injectable()
export class CustomerFinder implements CustomerSource {
  /** Who was found stays found, for no command lets go of an identity: a regular customer costs no look-up. */
  private readonly found = new LRUCache<string, CustomerId>({ max: CACHED });

  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('identityVault') private readonly vault: IdentityVault,
  ) {}

  async resolve(tenant: TenantId, reference: CustomerReference): Promise<CustomerId | undefined> {
    const name = `${tenant}/${JSON.stringify(reference)}`;
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const customer = await this.ask(tenant, reference);
    if (customer !== undefined) this.found.set(name, customer);
    return customer;
  }

  private async ask(tenant: TenantId, reference: CustomerReference): Promise<CustomerId | undefined> {
    const { id } = reference;
    if (id !== undefined) return this.byId(tenant, id);
    const [identity] = identitiesIn(reference);
    const key = identity && this.vault.lookupKey(tenant, identity);
    const holder = key === undefined ? undefined : await this.store.claimHolder(key);
    return holder && (streamParts(holder.stream).id as CustomerId);
  }

  private async byId(tenant: TenantId, id: string): Promise<CustomerId | undefined> {
    if (!isCustomerId(id)) return undefined;
    return (await this.store.headRevision(streamName('customer', tenant, id))) === -1 ? undefined : id;
  }
}
