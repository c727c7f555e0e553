import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFile, LogFiles } from './log-files';

/** A directory on a disk; the directory must exist. */
export class DiskLogFiles implements LogFiles {
  constructor(readonly directory: string) {}

  list(): Promise<string[]> {
    return readdir(this.directory);
  }

  async open(name: string, { create }: { readonly create: boolean }): Promise<LogFile> {
    const flags = create ? constants.O_RDWR | constants.O_CREAT : constants.O_RDONLY;
    return new DiskLogFile(await open(join(this.directory, name), flags, 0o600));
  }

  rename(from: string, to: string): Promise<void> {
    return rename(join(this.directory, from), join(this.directory, to));
  }

  async syncDirectory(): Promise<void> {
    const directory = await open(this.directory, constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

class DiskLogFile implements LogFile {
  constructor(private readonly handle: FileHandle) {}

  async writeAt(buffers: readonly Uint8Array[], offset: number): Promise<void> {
    let rest = [...buffers];
    let at = offset;
    while (rest.length > 0) {
      const { bytesWritten } = await this.handle.writev(rest, at);
      at += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
    }
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  async readAt(buffer: Uint8Array, offset: number): Promise<number> {
    return (await this.handle.read(buffer, 0, buffer.length, offset)).bytesRead;
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  truncate(size: number): Promise<void> {
    return this.handle.truncate(size);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** What a write that took only `bytes` has left to do. */
function withoutFirst(buffers: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  let whole = 0;
  for (const buffer of buffers) {
    if (skip < buffer.length) break;
    skip -= buffer.length;
    whole++;
  }
  const [torn, ...rest] = buffers.slice(whole);
  return torn === undefined ? [] : [torn.subarray(skip), ...rest];
}
