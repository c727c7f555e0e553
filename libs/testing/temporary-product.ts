import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { ensureTenant } from '../capabilities/tenants/create-tenant/ensure-tenant';
import { FIRST_TENANT, PERMISSIONS } from '../capabilities/tenants';
import { TenantDirectory } from '../capabilities/tenants/tenant/tenant-directory';
import { EmbeddedEventStore } from '../platform/event-store/embedded/embedded-event-store';
import { createHttpServer } from '../platform/http/http-server';
import { readSecretFile } from '../platform/keys/key-files';
import { IdentityVault } from '../platform/keys/identity-vault';
import { SqliteKeyStore } from '../platform/keys/sqlite-key-store';
import { createLog } from '../platform/telemetry/log';
import { wired, type WiredPart } from '../platform/wiring/tokens';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Sending {
  readonly as?: string;
  readonly body?: object;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/** Some capabilities behind the real edge, on a real store in a directory of its own. */
export interface TemporaryProduct {
  readonly directory: string;
  readonly store: EmbeddedEventStore;
  readonly keys: SqliteKeyStore;
  /** Token of the local admin of `main`. */
  readonly admin: string;
  /** As the local admin, unless said; every write has an Idempotency-Key of its own, unless said. */
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** Closes all of it and opens it again on what is on the disk. */
  reopen(change?: { readonly withoutIndex?: boolean }): Promise<TemporaryProduct>;
  dispose(): Promise<void>;
}

let nextKey = 0;

export async function openTemporaryProduct(
  modules: readonly Type[],
  directory = mkdtempSync(join(tmpdir(), 'suki-product-')),
): Promise<TemporaryProduct> {
  const keys = SqliteKeyStore.open(directory);
  const vault = new IdentityVault(keys);
  const store = await EmbeddedEventStore.open({
    log: join(directory, 'log'),
    indexPath: join(directory, 'index.db'),
    unseal: vault.unseal,
  });
  const keyFile = join(directory, 'keys', 'local-admin.key');
  await ensureTenant({ store, keys, tenant: FIRST_TENANT, keyFile, now: Date.now() });
  const platform = { eventStore: store, keyStore: keys, identityVault: vault, clock: Date.now };
  const app = await createHttpServer(moduleOf(platform, modules), {
    permissions: PERMISSIONS,
    limits: { requestsPerSecond: 100_000, inFlight: 1_000, streams: 10 },
    onAnswered: () => undefined,
    log: createLog('silent'),
    onLogWriteFault: () => undefined,
    openApi: '{"openapi":"3.1.0"}',
  });
  const tenants = app.get(TenantDirectory);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const admin = readSecretFile(keyFile)?.toString().trim() ?? '';
  const close = async (): Promise<void> => {
    await app.close();
    await tenants.stop();
    await store.close();
    await keys.close();
  };
  return {
    directory,
    store,
    keys,
    admin,
    async send(method, path, { as = admin, body, key = `key-${nextKey++}`, headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${as}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      return { status: response.status, headers: response.headers, body: answer, text };
    },
    async reopen({ withoutIndex = false } = {}) {
      await close();
      for (const suffix of withoutIndex ? ['', '-wal', '-shm'] : []) {
        rmSync(join(directory, `index.db${suffix}`), { force: true });
      }
      return openTemporaryProduct(modules, directory);
    },
    async dispose() {
      await close();
      rmSync(directory, { recursive: true });
    },
  };
}

function moduleOf(platform: Readonly<Record<string, unknown>>, imports: readonly Type[]): Type {
  const providers = Object.entries(platform).map(([name, useValue]) => ({
    provide: wired(name as WiredPart),
    useValue,
  }));
  const everywhere = imports.map((module) => ({ module, global: true }));
  @Module({ imports: [...everywhere, { module: PlatformModule, global: true, providers, exports: providers }] })
  class ProductModule {}
  return ProductModule;
}

@Module({})
class PlatformModule {}
