import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliFault } from './cli-fault';

/** Where the product keeps its data unless `--data` says otherwise; the server has the same default. */
export const DEFAULT_DATA = '.data';

/** The address of the server that runs on a data directory, as it noted it itself; undefined where none runs. */
export async function runningServer(dataDirectory: string): Promise<string | undefined> {
  let note: unknown;
  try {
    note = JSON.parse(await readFile(join(dataDirectory, 'server.json'), 'utf8'));
  } catch {
    return undefined;
  }
  if (typeof note !== 'object' || note === null || !('url' in note) || !('pid' in note)) return undefined;
  const { url, pid } = note;
  return typeof url === 'string' && typeof pid === 'number' && isAlive(pid) ? url : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The API key in a file. Throws `CliFault`. */
export async function readKey(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CliFault(
      'usage',
      `there is no key in ${path} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
    );
  }
  const key = text.trim();
  if (key === '') throw new CliFault('usage', `${path} is empty`);
  return key;
}
