import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from './bench-row';
import { loadFor, type Load } from './http-load';
import { CARDS, type ContenderReady } from './purchase-server';

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_MS = 2_000;
const WARM_UP_MS = 3_000;

const CONTENDERS = ['product', 'storeless', 'fastify', 'bare'] as const;
type Contender = (typeof CONTENDERS)[number];

/**
 * The reference purchase, ten lines and three events, through the whole product until it is durable, against the same
 * route storing nothing, Fastify with the compiled schema, and a bare echo. Each runs in a process of its own, the load
 * in this one; they take turns so that the machine's moods meet all of them, and ratios are medians of neighbours.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const children: ChildProcess[] = [];
  try {
    const asks = new Map<Contender, (milliseconds: number) => Promise<Load>>();
    for (const name of CONTENDERS) {
      const child = fork(require.resolve('./purchase-server'), [name, join(directory, name)]);
      children.push(child);
      const [ready] = (await once(child, 'message')) as [ContenderReady];
      const request = purchases(ready);
      asks.set(name, (milliseconds) => loadFor(ready.port, CONNECTIONS, milliseconds, request, 201));
    }
    const ask = (name: Contender, milliseconds = ROUND_MS): Promise<Load> =>
      asks.get(name)?.(milliseconds) as Promise<Load>;
    for (const name of CONTENDERS) await ask(name, WARM_UP_MS);
    const loads: Record<Contender, Load[]> = { product: [], storeless: [], fastify: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) for (const name of CONTENDERS) loads[name].push(await ask(name));
    return rowsOf(loads);
  } finally {
    for (const child of children) {
      child.disconnect();
      await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(loads: Readonly<Record<Contender, readonly Load[]>>): readonly BenchRow[] {
  const ratioTo = (floor: Contender): number =>
    rounded(median(loads.product.map((load, round) => load.perSecond / (loads[floor][round]?.perSecond ?? 0))));
  const rate = (name: Contender): number => Math.round(median(loads[name].map(({ perSecond }) => perSecond)));
  const p99 = (name: Contender): number => rounded(median(loads[name].map(({ p99Ms }) => p99Ms)));
  const row = { name: `purchase, ${CONNECTIONS} waiting, durable`, value: rate('product'), unit: 'purchases/s' };
  return [
    { ...row, ratio: ratioTo('fastify'), floor: 'Fastify, compiled schema', budget: 0.6 },
    { ...row, ratio: ratioTo('storeless'), floor: 'same route storing nothing', budget: 0.7 },
    { ...row, ratio: ratioTo('bare'), floor: 'bare node:http echo' },
    { name: 'Fastify, compiled schema', value: rate('fastify'), unit: 'requests/s' },
    { name: 'same route storing nothing', value: rate('storeless'), unit: 'requests/s' },
    { name: 'purchase, durable: p99 at saturation', value: p99('product'), unit: 'ms' },
    { name: 'storing nothing: p99 at saturation', value: p99('storeless'), unit: 'ms' },
  ];
}

let receipts = 0;

/** Requests of the reference purchase, as of many tills that each count their receipts; customers in turn. */
function purchases({ key }: ContenderReady): () => Buffer {
  const run = Date.now().toString(36);
  return () => {
    const receipt = receipts++;
    const body = JSON.stringify({
      outlet: 'manila-1',
      till: String(receipt % CONNECTIONS),
      receipt: `${run}-${String(Math.floor(receipt / CONNECTIONS)).padStart(6, '0')}`,
      occurredAt: new Date().toISOString(),
      customer: { card: `c${receipt % CARDS}` },
      currency: 'PHP',
      lines: LINES,
      payments: [{ kind: 'cash', amount: TOTAL }],
    });
    return Buffer.from(
      `POST /v1/purchases HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
}

const LINES = Array.from({ length: 10 }, (_, index) => ({
  sku: `ARTICLE-${1000 + index}`,
  category: ['ice-cream', 'coffee', 'bakery'][index % 3],
  quantity: 1 + (index % 3),
  unitPrice: 4500,
  amount: 4500 * (1 + (index % 3)),
}));
const TOTAL = LINES.reduce((sum, { amount }) => sum + amount, 0);

const rounded = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
