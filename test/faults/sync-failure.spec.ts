import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct, type RunningProcess } from './product-process';

describe('a log that cannot be made durable', () => {
  let data: string;
  beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'suki-sync-'))));
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('ends the product with 74 and one line that says why, and what was acknowledged is there at the next start', async () => {
    const failing = await startProduct(data, require.resolve('./failing-sync'));
    const acknowledged: [string, string][] = [];
    let answer = await sell(failing, 'r-0');
    for (let number = 1; answer?.status === 201; number++) {
      acknowledged.push([`r-${number - 1}`, answer.text]);
      answer = await sell(failing, `r-${number}`);
    }
    expect(await failing.ended).toEqual({
      code: 74,
      complained: 'suki: the log cannot be written: EIO: i/o error, fdatasync\n',
    });
    expect(answer?.status).toBeUndefined();
    expect(acknowledged).toHaveLength(5);

    const healed = await startProduct(data);
    try {
      for (const [receipt, text] of acknowledged) {
        expect(await sell(healed, receipt)).toEqual({ status: 200, text });
      }
    } finally {
      await healed.kill();
    }
  });

  /** Undefined where the connection broke before an answer came. */
  async function sell({ url }: RunningProcess, receipt: string): Promise<{ status: number; text: string } | undefined> {
    const key = readFileSync(join(data, 'keys', 'local-admin.key'), 'utf8').trim();
    try {
      const response = await fetch(`${url}/v1/purchases`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          outlet: 'manila-1',
          till: '1',
          receipt,
          occurredAt: '2026-11-20T10:15:00+08:00',
          currency: 'PHP',
          lines: [{ sku: 'ANY', quantity: 1, amount: 10_000 }],
        }),
      });
      return { status: response.status, text: await response.text() };
    } catch {
      return undefined;
    }
  }
});
