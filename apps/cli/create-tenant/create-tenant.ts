import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTenant } from '../../../libs/capabilities/tenants/create-tenant/ensure-tenant';
import { isTenantId, streamName, type TenantId } from '../../../libs/kernel/ids';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../../libs/platform/event-store/embedded/embedded-event-store';
import { IdentityVault } from '../../../libs/platform/keys/identity-vault';
import { writeSecretFile } from '../../../libs/platform/keys/key-files';
import { SqliteKeyStore } from '../../../libs/platform/keys/sqlite-key-store';
import { CliFault } from '../cli-fault';
import { readKey, runningServer } from '../data-directory';
import { SukiApi, textField } from '../../../libs/client';

/**
 * `suki tenant create`: a tenant with nothing but its admin key, whose file is printed. Through the server that runs on the
 * directory, else on the directory itself.
 */
export async function createTenant(name: string, { data }: { readonly data: string }): Promise<void> {
  if (!isTenantId(name)) throw new CliFault('usage', 'a tenant is named by 1 to 32 of a-z and 0-9');
  const keyFile = join(data, 'keys', `${name}-admin.key`);
  if (existsSync(keyFile)) throw new CliFault('refused', `there is a tenant ${name} already: its key is in ${keyFile}`);
  const url = await runningServer(data);
  if (url === undefined) await createOnDirectory(name, data, keyFile);
  else await createThroughServer(name, new SukiApi(url, await readKey(join(data, 'keys', 'local-admin.key'))), keyFile);
  console.log(keyFile);
}

async function createThroughServer(tenant: TenantId, api: SukiApi, keyFile: string): Promise<void> {
  const answer = await api.post('/v1/tenants', { tenant }, randomUUID());
  if (answer.kind === 'refused') throw new CliFault('refused', `${answer.code}: ${answer.detail}`);
  const secret = textField(answer.body, 'secret');
  if (secret === undefined) {
    throw new CliFault('refused', `tenant ${tenant} was made, but the answer that showed its key was lost`);
  }
  writeSecretFile(keyFile, Buffer.from(`${secret}\n`));
}

async function createOnDirectory(tenant: TenantId, data: string, keyFile: string): Promise<void> {
  const directory = await DataDirectory.open(data);
  let keys: SqliteKeyStore | undefined;
  let store: EmbeddedEventStore | undefined;
  try {
    keys = SqliteKeyStore.open(directory.path);
    const { unseal } = new IdentityVault(keys);
    store = await EmbeddedEventStore.open({ log: directory.log, indexPath: directory.index, unseal });
    if ((await store.headRevision(streamName('tenant', tenant, tenant))) >= 0) {
      throw new CliFault('refused', `there is a tenant ${tenant} already, and its key is not in ${keyFile}`);
    }
    await ensureTenant({ store, keys, tenant, keyFile, now: Date.now() });
  } finally {
    await store?.close();
    await keys?.close();
    directory.close();
  }
}
