import type { LogFile, LogFiles } from './log-files';

/** A directory on a disk; the directory must exist. */
export class DiskLogFiles implements LogFiles {
  constructor(readonly directory: string) {}

  list(): Promise<string[]> {
    throw new Error('not yet');
  }

  open(name: string, options: { readonly create: boolean }): Promise<LogFile> {
    throw new Error(`not yet ${name} ${options.create}`);
  }

  syncDirectory(): Promise<void> {
    throw new Error('not yet');
  }
}
