/**
 * The port under the embedded log: one flat directory of append-only files. Adapters: `DiskLogFiles`, `SimulatedLogFiles`.
 *
 * Errors are those of Node: an `Error` whose `code` is the errno name (`ENOSPC`, `EIO` …); the log alone decides what they
 * mean. Nothing written is promised to survive a power cut before `sync` of the file, and no new name before
 * `syncDirectory`; until then any part of it may be there, torn at any byte.
 */
export interface LogFiles {
  /** Names in the directory, in no particular order. */
  list(): Promise<string[]>;
  /** Without `create` a missing file is `ENOENT` and the file is opened for reading only. */
  open(name: string, options: { readonly create: boolean }): Promise<LogFile>;
  /** Handles of the file stay good. */
  rename(from: string, to: string): Promise<void>;
  /** Names given since survive a power cut. */
  syncDirectory(): Promise<void>;
}

export interface LogFile {
  /** Writes all buffers one after another from `offset`, extending the file as needed; the buffers must not change meanwhile. */
  writeAt(buffers: readonly Uint8Array[], offset: number): Promise<void>;
  /** fdatasync: everything written, and the size, survive a power cut. */
  sync(): Promise<void>;
  /** Reads into `buffer` from `offset`; answers how many bytes, which may be fewer than asked, and 0 only at the end of the file. */
  readAt(buffer: Uint8Array, offset: number): Promise<number>;
  size(): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Waits for what is under way on this file. */
  close(): Promise<void>;
}
