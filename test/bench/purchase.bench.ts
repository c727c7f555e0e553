import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from './bench-row';
import { loadFor, offerFor, type Asked, type Load } from './http-load';
import { purchaseRequests } from './purchase-requests';
import { CARDS, CROWD, type ContenderCpu, type ContenderReady } from './purchase-server';

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_MS = 1_500;
const WARM_UP_MS = 2_000;

const CONTENDERS = ['product', 'storeless', 'fastify', 'bare'] as const;
type Contender = (typeof CONTENDERS)[number] | 'crowded';

/** A load, and what one request of it cost the main thread. */
interface Round extends Load {
  readonly mainUs: number;
}

type Rounds = Readonly<Record<(typeof CONTENDERS)[number], readonly Round[]>>;

/**
 * The reference purchase, ten lines and three events, through the whole product until it is durable, against the same
 * route storing nothing, Fastify with the compiled schema, and a bare echo. Each runs in a process of its own, the load
 * in this one; they take turns so that the machine's moods meet all of them, and ratios are medians of neighbours.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const serving: Serving[] = [];
  const start = async (name: Contender): Promise<Serving> => {
    const one = await Serving.start(name, join(directory, name));
    serving.push(one);
    await one.round(WARM_UP_MS);
    return one;
  };
  try {
    const contenders = {
      product: await start('product'),
      storeless: await start('storeless'),
      fastify: await start('fastify'),
      bare: await start('bare'),
    };
    const rounds: Record<(typeof CONTENDERS)[number], Round[]> = { product: [], storeless: [], fastify: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of CONTENDERS) rounds[name].push(await contenders[name].round());
    }
    const { product } = contenders;
    const capacity = median(rounds.product.map(({ perSecond }) => perSecond));
    return [
      ...throughputRows(rounds),
      ...(await latencyRows(product, capacity, rounds)),
      await historyRow(product),
      await crowdRow(product, await start('crowded')),
    ];
  } finally {
    for (const one of serving) await one.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function throughputRows(rounds: Rounds): readonly BenchRow[] {
  const rate = (name: keyof Rounds): number => Math.round(median(rounds[name].map(({ perSecond }) => perSecond)));
  const ratioTo = (floor: keyof Rounds): number => medianRatio(rounds.product, rounds[floor], (load) => load.perSecond);
  const row = { name: `purchase, ${CONNECTIONS} waiting, durable`, value: rate('product'), unit: 'purchases/s' };
  const beyond = rounds.product.map(({ mainUs }, round) => mainUs - (rounds.storeless[round]?.mainUs ?? 0));
  const cpu = { name: 'main thread a purchase, durable', unit: 'µs' };
  return [
    { ...row, ratio: ratioTo('fastify'), floor: 'Fastify, compiled schema', budget: 0.6 },
    { ...row, ratio: ratioTo('storeless'), floor: 'same route storing nothing', budget: 0.7 },
    { ...row, ratio: ratioTo('bare'), floor: 'bare node:http echo' },
    { name: 'Fastify, compiled schema', value: rate('fastify'), unit: 'requests/s' },
    { name: 'same route storing nothing', value: rate('storeless'), unit: 'requests/s' },
    { ...cpu, value: median(rounds.product.map(({ mainUs }) => mainUs)) },
    { ...cpu, name: `${cpu.name}, beyond storing nothing`, value: median(beyond), atMost: 40 },
  ];
}

/** At saturation, and where the load leaves room. */
async function latencyRows(product: Serving, capacity: number, rounds: Rounds): Promise<readonly BenchRow[]> {
  const calm = await offerFor(product.asked(), 256, 4_000, 0.6 * capacity);
  const crowd = await loadFor(product.asked(), 256, 3_000);
  return [
    {
      name: 'purchase, p99 at saturation',
      value: median(rounds.product.map(({ p99Ms }) => p99Ms)),
      unit: 'ms',
      ratio: medianRatio(rounds.product, rounds.storeless, ({ p99Ms }) => p99Ms),
      floor: 'same route storing nothing',
      atMost: 1.5,
    },
    { name: 'purchase, p99 of an open loop at 60 % of capacity', value: calm.p99Ms, unit: 'ms', atMost: 15 },
    { name: 'purchase, 256 waiting, longest without an answer', value: crowd.stallMs, unit: 'ms', atMost: 100 },
  ];
}

/** One after another, of a customer with forty times the purchases of another. */
async function historyRow(product: Serving): Promise<BenchRow> {
  const few = product.asked(() => 0);
  const many = product.asked(() => 1);
  const earlier = async (asked: Asked, purchases: number): Promise<void> => {
    for (let sent = 0; sent < purchases;) sent += (await countedLoad(asked)).count;
  };
  await earlier(few, 100);
  await earlier(many, 4_000);
  const short: Load[] = [];
  const long: Load[] = [];
  for (let round = 0; round < 9; round++) {
    short.push((await countedLoad(few, 40)).load);
    long.push((await countedLoad(many, 40)).load);
  }
  return {
    name: 'purchase, of a customer with 40× the purchases: p50',
    value: median(long.map(({ p50Ms }) => p50Ms)),
    unit: 'ms',
    ratio: medianRatio(long, short, ({ p50Ms }) => p50Ms),
    floor: 'of a customer with few',
    atMost: 1.3,
  };
}

async function countedLoad(asked: Asked, milliseconds = 200): Promise<{ load: Load; count: number }> {
  let count = 0;
  const counted = { ...asked, request: () => (count++, asked.request()) };
  return { load: await loadFor(counted, 1, milliseconds), count };
}

/** Ten times the customers, purchases of all of them in turn. */
async function crowdRow(product: Serving, crowded: Serving): Promise<BenchRow> {
  const few: Round[] = [];
  const many: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    few.push(await product.round());
    many.push(await crowded.round());
  }
  return {
    name: `purchase, ${CROWD} customers: p99 at saturation`,
    value: median(many.map(({ p99Ms }) => p99Ms)),
    unit: 'ms',
    ratio: medianRatio(many, few, ({ p99Ms }) => p99Ms),
    floor: `of ${CARDS} customers`,
    atMost: 1.3,
  };
}

/** A contender in a process of its own. */
class Serving {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ready: ContenderReady,
    private readonly cards: number,
  ) {}

  static async start(name: Contender, data: string): Promise<Serving> {
    const child = fork(require.resolve('./purchase-server'), [name, data]);
    const [ready] = (await once(child, 'message')) as [ContenderReady];
    return new Serving(child, ready, name === 'crowded' ? CROWD : CARDS);
  }

  /** Purchases of all customers in turn, or of the one that is named by its number. */
  asked(cardOf: (receipt: number) => number = (receipt) => receipt % this.cards): Asked {
    return { port: this.ready.port, request: purchaseRequests(this.ready.key, cardOf), status: 201 };
  }

  async round(milliseconds = ROUND_MS): Promise<Round> {
    const before = await this.mainThreadUs();
    const load = await loadFor(this.asked(), CONNECTIONS, milliseconds);
    const spent = (await this.mainThreadUs()) - before;
    return { ...load, mainUs: spent / ((load.perSecond * milliseconds) / 1_000) };
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  private async mainThreadUs(): Promise<ContenderCpu> {
    this.child.send('cpu');
    const [spent] = (await once(this.child, 'message')) as [ContenderCpu];
    return spent;
  }
}

/** Of neighbours in time. */
function medianRatio<Of>(ones: readonly Of[], others: readonly Of[], value: (of: Of) => number): number {
  return median(ones.flatMap((one, round) => others.slice(round, round + 1).map((other) => value(one) / value(other))));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
