import { assert } from '../../../kernel/defect';
import type { TenantId } from '../../../kernel/ids';
import { runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { EventStore } from '../../../platform/event-store/event-store';
import { fingerprintOf } from '../../../platform/http/fingerprint';
import { firstKeyId } from '../../../platform/identifiers/identifiers';
import { isSecret, newSecret, secretHmac } from '../../../platform/keys/api-secrets';
import { readSecretFile, writeSecretFile } from '../../../platform/keys/key-files';
import { KeyDamageFault, type KeyStore } from '../../../platform/keys/key-store';
import { tenantIntent } from '../tenant/tenant-commands';
import { tenantMemory } from '../tenant/tenant-memory';
import { adminKey, createTenant } from './create-tenant.decide';

export interface FirstStart {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly tenant: TenantId;
  /** Where the admin's secret is kept for whoever runs the product, readable by its owner only. */
  readonly keyFile: string;
  readonly now: number;
}

/**
 * Makes the tenant and its first admin key unless they are there; to be called at every start, before the directory of
 * tenants is started. File, HMAC and event come in this order, each idempotent, so a start that is cut short anywhere is
 * finished by the next. A lost file is replaced by a new secret for the same key, which ends the old one. Answers whether
 * the tenant was made now.
 */
export async function ensureTenant({ store, keys, tenant, keyFile, now }: FirstStart): Promise<boolean> {
  const key = firstKeyId(tenant);
  const hmac = secretHmac(keptSecret(keyFile), keys.pepper);
  if ((await keys.apiKey(tenant, key))?.equals(hmac) !== true) await keys.putApiKey(tenant, key, hmac);
  const command = {
    commandKey: 'first-start',
    claimKey: `${tenant}/command/first-start`,
    fingerprint: fingerprintOf({ operation: 'ensureTenant', tenant }),
    actor: { key, role: 'admin' },
    correlationId: 'first-start',
    causationId: null,
    now,
  };
  const firstKey = adminKey(key, 'local admin');
  const result = await runDecision(
    new StreamSessions(store, tenantMemory),
    tenantIntent(command, tenant, (state) => createTenant({ tenant, firstKey }, state)),
  );
  assert(result.kind === 'recorded', `tenant ${tenant} was made by something other than a first start`);
  return !result.replayed;
}

function keptSecret(keyFile: string): string {
  const kept = readSecretFile(keyFile)?.toString().trim();
  if (kept !== undefined) {
    if (!isSecret(kept)) throw new KeyDamageFault(`${keyFile} holds no key: delete it, and the next start makes one`);
    return kept;
  }
  const secret = newSecret();
  writeSecretFile(keyFile, Buffer.from(`${secret}\n`));
  return secret;
}
