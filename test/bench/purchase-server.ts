import fastify from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SukiApi } from '../../libs/client';
import { openLocalProduct } from '../../apps/local/local-product';
import { LOCAL_SETTINGS } from '../../apps/local/settings';
import { makeStarter, putInForce } from '../../apps/local/starter';
import { RecordPurchaseBody } from '../../libs/capabilities/accounts/record-purchase/purchase-body';
import type { AppendRequest, AppendResult } from '../../libs/platform/event-store/event-store';
import { jsonSchemaOf } from '../../libs/platform/http/json-schema';
import { openOnServers } from '../acceptance/shared-servers';
import { readSettings } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';

/** One contender of the purchase bench in a process of its own; tells its port, and the key of the product, over IPC. */
const [, , contender, data = ''] = process.argv;

export interface ContenderReady {
  readonly port: number;
  readonly key: string;
}

/** Asked for by any message: CPU time of the main thread so far, in microseconds. */
export type ContenderCpu = number;

/** As large as the product's, so that what differs is the work. */
const ANSWER = { filler: 'x'.repeat(1_000) };

async function product(storing: boolean, cards: number): Promise<ContenderReady> {
  const { SUKI_KAFKA = '', SUKI_KAFKA_PREFIX = '' } = process.env;
  const kafka = { SUKI_KAFKA, SUKI_KAFKA_PREFIX };
  const settings = {
    ...readSettings(LOCAL_SETTINGS, [], kafka),
    data,
    port: 0,
    demo: false,
    logLevel: 'error',
    requestsPerSecond: 1e6,
    inFlight: 4_096,
    streams: 4,
    announceSeconds: 0,
  };
  const onFatal = (fault: Error): void => {
    throw fault;
  };
  const local = await openLocalProduct({ settings, log: createLog('error'), clock: Date.now, onFatal });
  const key = await openShop(local.url, local.keyFile, cards);
  if (!storing) Object.assign(local.store, { append: forget() });
  return { port: Number(new URL(local.url).port), key };
}

/** Outlets, programmes and customers; answers the key. */
async function openShop(url: string, keyFile: string, cards: number): Promise<string> {
  const key = readFileSync(keyFile, 'utf8').trim();
  const api = new SukiApi(url, key);
  await makeStarter(api);
  await putInForce(api, 'visits', {
    language: 1,
    name: 'Visits',
    currency: 'PHP',
    timeZone: 'Asia/Manila',
    wallets: [{ id: 'visits', name: 'visits', rounding: { mode: 'floor', scope: 'basket' } }],
    rules: [{ id: 'visit', kind: 'perVisit', wallet: 'visits', points: '1' }],
  });
  const enrol = async (first: number): Promise<void> => {
    for (let card = first; card < cards; card += 16)
      await api.post('/v1/customers', { card: `c${card}` }, `card-${card}`);
  };
  await Promise.all(Array.from({ length: 16 }, (_, first) => enrol(first)));
  // A tenant's first purchase asks and claims more than any other.
  await api.post('/v1/purchases', {
    outlet: 'manila-1',
    till: '0',
    receipt: 'first',
    occurredAt: new Date().toISOString(),
    currency: 'PHP',
    lines: [{ sku: 'ANY', quantity: 1, amount: 100 }],
  });
  return key;
}

/** Two of each process on the door over the embedded log and on PostgreSQL, all in this one; the first is asked. */
async function onServers(): Promise<ContenderReady> {
  const served = await openOnServers(data, Date.now, {});
  const [url = ''] = served.urls;
  return { port: Number(new URL(url).port), key: await openShop(url, served.keyFile, FEW_CARDS) };
}

/** So many that two purchases of a customer are never under way together: one could overtake the other and make it late. */
export const CARDS = 5_000;
export const CROWD = 10 * CARDS;
export const FEW_CARDS = 500;

/** Answers as the store would, and keeps nothing. */
function forget(): (request: AppendRequest) => Promise<AppendResult> {
  let position = 1_000_000;
  return async ({ expectedRevision, events }) => {
    position += events.length;
    const lastRevision = expectedRevision + events.length;
    return { kind: 'appended', firstRevision: expectedRevision + 1, lastRevision, position };
  };
}

async function plainFastify(): Promise<ContenderReady> {
  const app = fastify();
  const schema = {
    body: jsonSchemaOf(RecordPurchaseBody),
    response: { 201: { type: 'object', properties: { filler: { type: 'string' } } } },
  };
  app.post('/v1/purchases', { schema }, (_request, reply) => reply.code(201).send(ANSWER));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, key: '' };
}

function bareEcho(): Promise<ContenderReady> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(parts).toString())));
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, key: '' }));
  });
}

async function main(): Promise<void> {
  const contenders: Record<string, () => Promise<ContenderReady>> = {
    product: () => product(true, CARDS),
    crowded: () => product(true, CROWD),
    storeless: () => product(false, CARDS),
    servers: onServers,
    fastify: plainFastify,
    bare: bareEcho,
  };
  const start = contenders[contender ?? ''];
  if (start === undefined) throw new Error(`no contender ${contender}`);
  process.send?.(await start());
  process.on('message', () => process.send?.(mainThreadCpu()));
}

/** Where the system does not tell it, the time the loop was busy, which is more. */
function mainThreadCpu(): ContenderCpu {
  const scheduled = '/proc/self/schedstat';
  if (!existsSync(scheduled)) return performance.eventLoopUtilization().active * 1_000;
  return Number(readFileSync(scheduled, 'utf8').split(' ', 1)[0]) / 1_000;
}

if (require.main === module) {
  process.on('disconnect', () => process.exit(0));
  void main();
}
