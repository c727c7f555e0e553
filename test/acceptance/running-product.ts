import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalProduct, type LocalProduct } from '../../apps/local/local-product';
import { LOCAL_SETTINGS, type Settings } from '../../apps/local/settings';
import { makeStarter } from '../../apps/local/starter';
import { SukiApi } from '../../libs/client';
import type { EventStore } from '../../libs/platform/event-store/event-store';
import type { JsonObject } from '../../libs/kernel/json';
import { readSettings } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';
import type { ServedProduct } from './served-product';
import { forgetServers, openOnServers } from './shared-servers';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: JsonObject;
}

export interface Request {
  readonly as?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Another process has heard of a new outlet, key or programme. */
const HEARD_OF_MS = 250;
/** Each waits two seconds. */
const ASKED_AGAIN = 10;
const CONFIGURATION = /^\/v1\/(outlets|keys|programmes|tenants|webhooks)/;

/**
 * The product as `npm start -- --no-demo` opens it, on a directory and port of its own. With `SUKI_ACCEPTANCE=servers` it is two
 * of each process on servers instead, which are asked in turns.
 */
export class RunningProduct {
  private static opened = 0;
  /** Opened again on the same data, it must not use a key twice. */
  private readonly keyPrefix = `test-${RunningProduct.opened++}`;
  private keysMade = 0;
  private sent = 0;

  private constructor(
    readonly served: ServedProduct,
    readonly data: string,
    readonly admin: string,
    private readonly clock: TestClock,
  ) {}

  static async open(
    data = mkdtempSync(join(tmpdir(), 'suki-acceptance-')),
    change: Partial<Settings> = {},
  ): Promise<RunningProduct> {
    const clock = new TestClock();
    const settings = {
      ...readSettings(LOCAL_SETTINGS, [], {}),
      data,
      port: 0,
      demo: false,
      logLevel: 'silent',
      requestsPerSecond: 100_000,
      inFlight: 2_000,
      streams: 16,
      announceSeconds: 0,
      ...change,
    };
    const onFatal = (fault: Error): void => {
      throw fault;
    };
    const now = (): number => clock.now();
    const served =
      process.env['SUKI_ACCEPTANCE'] === 'servers'
        ? await openOnServers(data, now, settings)
        : servedBy(await openLocalProduct({ settings, log: createLog('silent'), clock: now, onFatal }));
    const admin = readFileSync(served.keyFile, 'utf8').trim();
    const product = new RunningProduct(served, data, admin, clock);
    await makeStarter(new SukiApi(product.url, admin));
    await product.heardOf('/v1/outlets');
    return product;
  }

  /** The first of the processes. */
  get url(): string {
    return this.served.urls[0] ?? '';
  }

  get store(): EventStore {
    return this.served.store;
  }

  /** Moves what the product takes for now. */
  passTime(milliseconds: number): void {
    this.clock.ahead += milliseconds;
  }

  /** What read models on servers do not have within the time of a request is asked for again, as the answer says. */
  async send(method: string, path: string, request: Request = {}): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.sendOnce(method, path, request);
      const isBehind = method === 'GET' && answer.body['code'] === 'PositionNotReached';
      if (!isBehind || this.served.urls.length === 1 || tries === ASKED_AGAIN) return answer;
    }
  }

  private async sendOnce(
    method: string,
    path: string,
    { as = this.admin, body, raw, headers }: Request,
  ): Promise<Answer> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const url = this.served.urls[this.sent++ % this.served.urls.length] ?? '';
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': `${this.keyPrefix}-${this.keysMade++}` }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    if (method !== 'GET') await this.heardOf(path);
    const isJson = /[/+]json$/.test(response.headers.get('content-type')?.split(';')[0] ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? (JSON.parse(text) as JsonObject) : {},
    };
  }

  /** What is sent is answered with this problem and records nothing. */
  async refuses(send: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
    const end = await this.endPosition();
    const answer = await send();
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await this.endPosition()).toBe(end);
    return answer;
  }

  /** Enrols a customer with this card; answers the id. */
  async enrol(card: string): Promise<string> {
    const { status, body } = await this.send('POST', '/v1/customers', { body: { card } });
    if (status !== 201) throw new Error(`${card} was not enrolled: ${JSON.stringify(body)}`);
    return textOf(body['customerId']);
  }

  /** A key of this role; answers its secret. */
  async key(role: string, more: object = {}, as = this.admin): Promise<string> {
    const { status, body } = await this.send('POST', '/v1/keys', { as, body: { name: role, role, ...more } });
    if (status !== 201) throw new Error(`no key for ${role}: ${JSON.stringify(body)}`);
    return textOf(body['secret']);
  }

  endPosition(): Promise<number> {
    return this.served.endPosition();
  }

  /** Ends it; its data stays, to be opened again. */
  async stop(): Promise<void> {
    await this.served.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await forgetServers(this.data);
    rmSync(this.data, { recursive: true, force: true });
  }

  private async heardOf(path: string): Promise<void> {
    if (this.served.urls.length === 1 || !CONFIGURATION.test(path)) return;
    await new Promise((resolve) => setTimeout(resolve, HEARD_OF_MS));
  }
}

const servedBy = ({ url, store, keyFile, close }: LocalProduct): ServedProduct => ({
  urls: [url],
  store,
  keyFile,
  endPosition: () => store.endPosition(),
  indexed: () => store.indexed(),
  close,
});

/** When the product is opened, by its own clock, whatever the machine's says: the purchases here are of these days. */
export const OPENED_AT = Date.parse('2026-11-25T11:00:00+08:00');

class TestClock {
  ahead = 0;
  private readonly started = performance.now();

  now(): number {
    return OPENED_AT + Math.floor(performance.now() - this.started) + this.ahead;
  }
}

/** A member of an answer that is a text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}

/** The purchase of the product's own documentation. */
export const ICE_CREAM = {
  outlet: 'manila-1',
  till: '2',
  receipt: '000123',
  occurredAt: '2026-11-20T10:15:00+08:00',
  customer: { card: '9001' },
  currency: 'PHP',
  lines: [{ sku: 'ICE-CONE', category: 'ice-cream', quantity: 3, unitPrice: 4500, amount: 13500 }],
  payments: [{ kind: 'cash', amount: 13500 }],
} as const;

/** A purchase some minutes before the product was opened, of so many pesos. */
export function purchaseOf(receipt: string, pesos: number, minutesAgo: number, card?: string): JsonObject {
  return {
    outlet: 'manila-1',
    till: '1',
    receipt,
    occurredAt: new Date(OPENED_AT - minutesAgo * 60_000).toISOString(),
    ...(card === undefined ? {} : { customer: { card } }),
    currency: 'PHP',
    lines: [{ sku: 'ANY', quantity: 1, amount: pesos * 100 }],
  };
}
