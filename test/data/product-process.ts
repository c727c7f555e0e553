import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Folder of real data: `SUKI_DATA`, else beside the repository. Specs that need it fail where it is missing. */
export const sharedData = resolve(process.env['SUKI_DATA'] ?? '../shared/data');

const server = require.resolve('../../apps/local/main');
const cli = require.resolve('../../apps/cli/main');

/** The product as a process of its own on a data directory. */
export class ProductProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Answers when it is ready. On any free port, unless said. */
  static async start(data: string, port = '0'): Promise<ProductProcess> {
    const child = spawn(process.execPath, [server, '--no-demo', '--data', data, '--port', port], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}: ${said}`);
      const url = await noted(data, child);
      if (url !== undefined && (await isReady(url))) return new ProductProcess(url, child);
      await sleep(100);
    }
    child.kill('SIGKILL');
    throw new Error(`the product was not ready in 30 s: ${said}`);
  }

  /** Ends it without any warning, and starts it again where it was. */
  async killAndRestart(data: string): Promise<ProductProcess> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    return ProductProcess.start(data, new URL(this.url).port);
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    return this.child.exitCode;
  }
}

async function noted(data: string, child: ChildProcess): Promise<string | undefined> {
  try {
    const note = JSON.parse(await readFile(join(data, 'server.json'), 'utf8')) as { url: string; pid: number };
    return note.pid === child.pid ? note.url : undefined;
  } catch {
    return undefined;
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningVerb {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Starts `suki` with these arguments. */
export function startSuki(...args: readonly string[]): RunningVerb {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, finished };
}

export const suki = (...args: readonly string[]): Promise<Finished> => startSuki(...args).finished;
