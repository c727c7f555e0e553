import { jsonEvent, KurrentDBClient, streamNameFilter } from '@kurrent/kurrentdb-client';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import type { TenantId } from '../../kernel/ids';
import { DAY_MS } from '../../kernel/time';
import { accountStream, appendRequest, positionOf } from '../../testing/append-request';
import { gatherResolved } from '../../testing/esdb-client';
import { DoorThread } from '../../testing/esdb-door-thread';
import type { Caller } from '../http/caller';
import { loopbackCertificate } from './loopback-certificate';

const caller = (role: Caller['role'], tenant = 'main'): Caller => ({
  tenant: tenant as TenantId,
  key: `key_${role}`,
  role,
  outlets: [],
  history: false,
});
const callers = {
  admin: caller('admin'),
  analyst: caller('analyst'),
  revoked: caller('admin'),
  other: caller('admin', 'other'),
};

describe('the keys of the EventStoreDB door', () => {
  let door: DoorThread;
  let clients: KurrentDBClient[] = [];
  const connect = (secret?: string): KurrentDBClient => {
    const client = KurrentDBClient.connectionString(door.address(secret).replace(/^esdb/, 'kurrentdb'));
    clients.push(client);
    return client;
  };
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  beforeAll(async () => {
    door = await DoorThread.open({ writable: false, callers });
    for (const tenant of ['main', 'other'] as TenantId[]) {
      positionOf(await door.append(appendRequest(accountStream('a', tenant), -1, { events: [`Of-${tenant}`] })));
    }
  });
  afterEach(async () => {
    for (const client of clients) await client.dispose();
    clients = [];
  });
  afterAll(async () => {
    await door.close();
  });

  it('let an admin in, over TLS with the certificate the door has made', async () => {
    const events = await gatherResolved(connect('admin').readStream(accountStream('a')));
    expect(events.map(({ type }) => type)).toEqual(['Of-main']);
  });

  it('let nobody else in: without a key, with a wrong one, or of another role', async () => {
    for (const secret of [undefined, 'nonsense', 'analyst']) {
      const client = connect(secret);
      const denied = { type: 'access-denied' };
      expect(await failureOf(gatherResolved(client.readAll()))).toMatchObject(denied);
      expect(await failureOf(client.appendToStream('order-main.1', jsonEvent({ type: 'A', data: {} })))).toMatchObject(
        denied,
      );
      const followed = new Promise((resolve) => {
        client
          .subscribeToAll()
          .on('error', resolve)
          .on('data', () => resolve('an event'));
      });
      expect(await followed).toMatchObject(denied);
    }
  });

  it('open the streams of their tenant, and no others', async () => {
    const client = connect('other');
    const all = await gatherResolved(client.readAll());
    expect(all.map(({ type }) => type)).toEqual(['Of-other']);
    const stream = accountStream('a');
    expect(await failureOf(gatherResolved(client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
    const filter = streamNameFilter({ prefixes: ['account-'] });
    const filtered = await gatherResolved(client.readAll({ filter }));
    expect(filtered.map(({ type }) => type)).toEqual(['Of-other']);
  });

  it('do not let appends in where the door is for reading', async () => {
    const event = jsonEvent({ type: 'A', data: {} });
    expect(await failureOf(connect('admin').appendToStream('order-main.1', event))).toMatchObject({
      type: 'access-denied',
    });
  });

  it('end what they had opened once they are revoked', async () => {
    const client = connect('revoked');
    const subscription = client.subscribeToAll();
    const seen: unknown[] = [];
    const failure = new Promise((resolve) => subscription.on('error', resolve));
    const first = new Promise((resolve) => subscription.on('data', (resolved) => resolve(seen.push(resolved))));
    await first;
    await door.revoke('revoked');
    positionOf(await door.append(appendRequest(accountStream('secret'), -1)));
    expect(await failure).toMatchObject({ type: 'access-denied' });
    expect(seen).toHaveLength(1);
    expect(await failureOf(gatherResolved(client.readAll()))).toMatchObject({ type: 'access-denied' });
  });
});

describe('the certificate of the EventStoreDB door', () => {
  const now = Date.UTC(2026, 0, 1);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'suki-certificate-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is for this machine only, and kept for the next start', () => {
    const { certificate, authorityFile } = loopbackCertificate(directory, now);
    const parsed = new X509Certificate(certificate);
    expect(parsed.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(parsed.ca).toBe(false);
    expect(loopbackCertificate(directory, now + DAY_MS).certificate).toEqual(certificate);
    expect(statSync(authorityFile).mode & 0o077).toBe(0);
  });

  it('is made again before it runs out', () => {
    const first = loopbackCertificate(directory, now);
    const runsOut = new Date(new X509Certificate(first.certificate).validTo).getTime();
    const second = loopbackCertificate(directory, runsOut - DAY_MS);
    expect(second.certificate).not.toEqual(first.certificate);
    expect(new Date(new X509Certificate(second.certificate).validTo).getTime()).toBeGreaterThan(runsOut);
  });
});
