import { SukiApiFault } from '../../libs/client';
import { StoreFault } from '../../libs/platform/event-store/faults';

/** Why a verb ended before its work was done; each has its exit code. */
export type CliFaultKind = keyof typeof EXIT_CODES;

/** After sysexits(3), like the server's. */
export const EXIT_CODES = {
  /** What was asked for makes no sense: an option, a file, a name. */
  usage: 64,
  /** The server, or the data directory, cannot be had now; the same command may work later. */
  unavailable: 75,
  /** The server understood and said no. */
  refused: 77,
  /** Stored bytes are not what was written, or the directory is none of ours. */
  damaged: 65,
  /** Stopped by a signal; the same command goes on where it was. */
  interrupted: 130,
} as const;

export const exitCodesHelp = `
Exit codes: 0 done, 1 a defect of ours, or an account that differs, ${EXIT_CODES.usage} wrong use, ${EXIT_CODES.damaged} stored bytes are damaged or not ours,
${EXIT_CODES.unavailable} server or directory not to be had now, ${EXIT_CODES.refused} refused by the server, ${EXIT_CODES.interrupted} interrupted.
Errors are one line on stderr.`;

/** Shown as one line. Anything else that is thrown is a defect and shows its stack. */
export class CliFault extends Error {
  override readonly name = 'CliFault';

  constructor(
    readonly kind: CliFaultKind,
    message: string,
  ) {
    super(message);
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

const KIND_OF_STORE_FAULT: Readonly<Record<string, CliFaultKind>> = {
  DirectoryFormat: 'damaged',
  LogDamaged: 'damaged',
  KeyDamaged: 'damaged',
};

/** What a verb ended with as a person is told; undefined for a defect. */
export function faultToTell(error: unknown): CliFault | undefined {
  if (error instanceof CliFault) return error;
  if (error instanceof SukiApiFault) return new CliFault(error.kind, error.message);
  if (error instanceof StoreFault) return new CliFault(KIND_OF_STORE_FAULT[error.code] ?? 'unavailable', error.message);
  // What the operating system says names its file: ENOENT, EACCES, ENOSPC …
  return error instanceof Error && 'syscall' in error ? new CliFault('usage', error.message) : undefined;
}
