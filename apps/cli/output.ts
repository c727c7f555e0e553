import { once } from 'node:events';

/** Writes a line to stdout and waits while the reader is slow. False once nobody reads any more (`suki log | head`). */
export async function printLine(line: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.errored) return false;
  if (stdout.write(`${line}\n`)) return true;
  await Promise.race([once(stdout, 'drain'), once(stdout, 'close'), once(stdout, 'error')]).catch(() => undefined);
  return !stdout.destroyed && stdout.errored === null;
}

/** A reader that goes away is no error of ours: what is left to say is dropped. */
export function forgiveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
