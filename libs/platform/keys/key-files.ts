import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Secrets that are files, so that a person can back them up or hand them on: readable by their owner only. */
export const readSecretFile = (path: string): Buffer | undefined => (existsSync(path) ? readFileSync(path) : undefined);

/** Empty and its owner's only, unless it is there. */
export const beginSecretFile = (path: string): void => closeSync(openSync(path, 'a', 0o600));

/** Durable and whole when it returns: a crash leaves the old file, or none, or the new one. */
export function writeSecretFile(path: string, content: Uint8Array): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(directory);
  syncDirectory(dirname(directory));
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
