import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';
import { verifyLog } from '../../libs/platform/event-store/embedded/log-verification';
import { LogReader } from '../../libs/platform/event-store/embedded/log-reader';
import { startProduct, type RunningProcess } from './product-process';

const CLIENTS = 16;
const READY_WITHIN_MS = 2_000;

/** What a till knows of one receipt: the answer it was given, if any. */
interface Sent {
  readonly body: string;
  answer?: string;
}

describe('the product under kill -9 with sixteen tills posting', () => {
  it('loses nothing it acknowledged, doubles nothing, and is ready again in two seconds, twenty times', async () => {
    const { lost, doubled, acknowledged, slowestStartMs, badRecords } = await killRepeatedly(20);
    expect({ lost, doubled, badRecords }).toEqual({ lost: [], doubled: [], badRecords: [] });
    expect(acknowledged).toBeGreaterThan(20 * CLIENTS);
    expect(slowestStartMs).toBeLessThan(READY_WITHIN_MS);
  }, 180_000);

  it('is found to lose acknowledged purchases on a disk that only says it has written', async () => {
    const { lost } = await killRepeatedly(2, require.resolve('./lying-disk'));
    expect(lost.length).toBeGreaterThan(0);
  }, 60_000);

  it('is found to double purchases where receipts are not claimed', async () => {
    const { doubled } = await killRepeatedly(2, require.resolve('./forgetful-claims'));
    expect(doubled.length).toBeGreaterThan(0);
  }, 60_000);
});

interface Findings {
  readonly acknowledged: number;
  /** Receipts whose acknowledged purchase is not in the log, or is answered otherwise now. */
  readonly lost: readonly string[];
  /** Receipts recorded more than once. */
  readonly doubled: readonly string[];
  readonly badRecords: readonly string[];
  readonly slowestStartMs: number;
}

async function killRepeatedly(rounds: number, preload?: string): Promise<Findings> {
  const data = mkdtempSync(join(tmpdir(), 'suki-kill-'));
  const sent = new Map<string, Sent>();
  const lost: string[] = [];
  let slowestStartMs = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const before = [...sent];
      const product = await startProduct(data, preload);
      if (round > 0) slowestStartMs = Math.max(slowestStartMs, product.readyAfterMs);
      const till = new Tills(product, readFileSync(join(data, 'keys', 'local-admin.key'), 'utf8').trim(), sent);
      if (round === 0) await till.enrol();
      lost.push(...(await till.sendAgain(before.slice(-4 * CLIENTS))));
      const posting = till.postUntilCut(round);
      await sleep(60 + ((round * 37) % 200));
      await product.kill();
      await posting;
    }
    const files = new DiskLogFiles(join(data, 'log'));
    const recorded = await receiptsInLog(files);
    const acknowledged = [...sent].filter(([, { answer }]) => answer !== undefined).map(([receipt]) => receipt);
    lost.push(...acknowledged.filter((receipt) => !recorded.has(receipt)));
    const doubled = [...recorded].filter(([, times]) => times > 1).map(([receipt]) => receipt);
    const { bad } = await verifyLog(files);
    const badRecords = bad === undefined ? [] : [JSON.stringify(bad)];
    return { acknowledged: acknowledged.length, lost, doubled, badRecords, slowestStartMs };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** How often each receipt stands in the log itself, read without the product. */
async function receiptsInLog(files: DiskLogFiles): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const reader = new LogReader(files);
  for await (const batch of reader.batches()) {
    for (const { record } of batch) {
      if (!record.stream.startsWith('account-')) continue;
      const { events } = JSON.parse(record.body.toString()) as {
        events: { type: string; data: { receipt: string } }[];
      };
      for (const { type, data } of events) {
        if (type === 'PurchaseRecorded') times.set(data.receipt, (times.get(data.receipt) ?? 0) + 1);
      }
    }
  }
  await reader.close();
  return times;
}

/** Sixteen tills, each with one customer in two shared by all, on connections that are kept. */
class Tills {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

  constructor(
    private readonly product: RunningProcess,
    private readonly key: string,
    private readonly sent: Map<string, Sent>,
  ) {}

  async enrol(): Promise<void> {
    for (let card = 0; card < CLIENTS / 2; card++) {
      const { status } = await this.post('/v1/customers', JSON.stringify({ card: `k${card}` }), {
        'idempotency-key': `enrol-${card}`,
      });
      expect(status).toBe(201);
    }
  }

  /** Sends known receipts again, as a till does after a failure, each up to three times at once; answers those that were acknowledged otherwise. */
  async sendAgain(receipts: readonly (readonly [string, Sent])[]): Promise<string[]> {
    const changed: string[] = [];
    for (let start = 0; start < receipts.length; start += CLIENTS) {
      await Promise.all(
        receipts.slice(start, start + CLIENTS).map(async ([receipt, sale], index) => {
          const times = 1 + (index % 3);
          const answers = await Promise.all(Array.from({ length: times }, () => this.post('/v1/purchases', sale.body)));
          const first = sale.answer ?? answers[0]?.text;
          if (answers.some(({ text }) => text !== first)) changed.push(receipt);
          if (first !== undefined) sale.answer = first;
        }),
      );
    }
    return changed;
  }

  async postUntilCut(round: number): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, (_, till) => this.postAs(till, round)));
    this.agent.destroy();
  }

  private async postAs(till: number, round: number): Promise<void> {
    for (let number = 0; ; number++) {
      const receipt = `${till}-${round}-${number}`;
      const sale: Sent = { body: JSON.stringify(saleOf(till, receipt)) };
      this.sent.set(receipt, sale);
      try {
        const { status, text } = await this.post('/v1/purchases', sale.body);
        if (status === 201) sale.answer = text;
        else if (status < 500) throw new Error(`a good purchase was answered ${status}: ${text}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        return;
      }
    }
  }

  private post(path: string, body: string, more: object = {}): Promise<{ status: number; text: string }> {
    return new Promise((resolve, fail) => {
      const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...more };
      const call = request(this.product.url + path, { method: 'POST', agent: this.agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        answer.on('error', fail);
      });
      call.on('error', fail);
      call.end(body);
    });
  }
}

const saleOf = (till: number, receipt: string): object => ({
  outlet: 'manila-1',
  till: String(till),
  receipt,
  occurredAt: new Date(Date.now() - 60_000).toISOString(),
  customer: { card: `k${till % (CLIENTS / 2)}` },
  currency: 'PHP',
  lines: [{ sku: 'ANY', quantity: 1, amount: 10_000 }],
});
