import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = require.resolve('../../apps/local/main');

export interface RunningProcess {
  readonly url: string;
  /** From its start until it said that it takes purchases. */
  readonly readyAfterMs: number;
  kill(): Promise<void>;
  /** How it ended by itself, and all it wrote on stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly complained: string }>;
}

/** The product as a process of its own; `preload` is a module that breaks something in it. */
export async function startProduct(data: string, preload?: string): Promise<RunningProcess> {
  const startedAt = performance.now();
  const args = [
    ...(preload === undefined ? [] : ['--require', preload]),
    MAIN,
    '--no-demo',
    '--data',
    data,
    '--port',
    '0',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, complained }));
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    complained += chunk.toString();
  });
  for (;;) {
    const url = /open at (\S+)/.exec(said)?.[1];
    if (url !== undefined && said.includes('curl')) {
      const readyAfterMs = performance.now() - startedAt;
      return {
        url,
        readyAfterMs,
        ended,
        kill: async () => {
          child.kill('SIGKILL');
          await ended;
        },
      };
    }
    if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}: ${said}`);
    await sleep(5);
  }
}
