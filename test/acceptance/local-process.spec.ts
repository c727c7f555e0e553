import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = require.resolve('../../apps/local/main');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

function run(args: readonly string[]): ChildProcess & { said: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return Object.assign(child, { said: () => output });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

async function start(data: string, ...more: string[]): Promise<Running> {
  const child = run(['--data', data, '--port', '0', ...more]);
  while (!child.said().includes('curl')) {
    if (child.exitCode !== null) throw new Error(`it ended: ${child.said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const output = child.said();
  const url = /open at (\S+)/.exec(output)?.[1] ?? '';
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    const end = ended(child);
    child.kill(signal);
    return end;
  };
  return { child, url, output, stop };
}

async function endsWith(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = run(args);
  const code = await ended(child);
  return { code, said: child.said().trim() };
}

describe('the local product', () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'suki-local-'));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  const feed = async (url: string): Promise<string[]> => {
    const key = readFileSync(join(data, 'keys', 'local-admin.key'), 'utf8').trim();
    const response = await fetch(`${url}/v1/feed?limit=9999`, { headers: { authorization: `Bearer ${key}` } });
    return (await response.text()).split('\n').filter((line) => line !== '');
  };

  it('S.5 is one process with nothing beside it: opens with a demo shop once, ends with 0 on a signal, and adds nothing the second time', async () => {
    const first = await start(data);
    expect(statSync(join(data, 'keys', 'local-admin.key')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(data, 'server.json'), 'utf8'))).toEqual({
      url: first.url,
      pid: first.child.pid,
    });
    expect(existsSync(join(data, 'reserve'))).toBe(true);
    const told = await feed(first.url);
    expect(told.filter((line) => line.includes('loyalty.purchase.recorded.v1')).length).toBe(400);
    expect(await first.stop('SIGINT')).toBe(0);
    expect(existsSync(join(data, 'server.json'))).toBe(false);
    expect(existsSync(join(data, 'reserve'))).toBe(false);
    const second = await start(data);
    expect(await feed(second.url)).toEqual(told);
    expect(await second.stop()).toBe(0);
  });

  it('finishes what it had accepted when it is told to stop', async () => {
    const { url, stop } = await start(data, '--no-demo');
    const key = readFileSync(join(data, 'keys', 'local-admin.key'), 'utf8').trim();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const send = (receipt: string): Promise<number> =>
      fetch(`${url}/v1/purchases`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          outlet: 'manila-1',
          till: '1',
          receipt,
          occurredAt: '2026-11-20T10:15:00+08:00',
          currency: 'PHP',
          lines: [{ sku: 'A', quantity: 1, amount: 100 }],
        }),
      }).then(
        (response) => response.status,
        () => 0,
      );
    await send('warm');
    const sent = Array.from({ length: 40 }, (_, index) => send(String(index)));
    const first = await Promise.race(sent);
    const code = stop();
    const statuses = await Promise.all(sent);
    expect(first).toBe(201);
    expect(await code).toBe(0);
    const again = await start(data, '--no-demo');
    const told = (await feed(again.url)).filter((line) => line.includes('purchase.recorded'));
    statuses.forEach((status, index) => {
      if (status === 201) expect(told.some((line) => line.includes(`"receipt":"${index}"`))).toBe(true);
    });
    await again.stop();
  });

  it('says in one line why it cannot begin', async () => {
    const running = await start(data, '--no-demo');
    const other = mkdtempSync(join(tmpdir(), 'suki-local-'));
    try {
      const inUse = await endsWith(['--data', data, '--port', '0']);
      expect(inUse).toEqual({ code: 75, said: expect.stringMatching(/^suki: .* is in use by another process.*$/) });
      const port = new URL(running.url).port;
      const busy = await endsWith(['--data', other, '--port', port]);
      expect(busy).toEqual({ code: 75, said: expect.stringMatching(/^suki: the port is in use.*$/) });
      const flag = await endsWith(['--prot', '1']);
      expect(flag).toEqual({ code: 64, said: expect.stringMatching(/^suki: .*--prot.*$/) });
      writeFileSync(join(other, 'format.json'), '{"format":99}');
      const newer = await endsWith(['--data', other, '--port', '0']);
      expect(newer).toEqual({ code: 65, said: expect.stringMatching(/^suki: .*newer format 99.*$/) });
    } finally {
      await running.stop();
      rmSync(other, { recursive: true, force: true });
    }
  });
});
