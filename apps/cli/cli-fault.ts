import { StoreFault } from '../../libs/platform/event-store/faults';

/** Why a verb ended before its work was done; each has its exit code. */
export type CliFaultKind = keyof typeof EXIT_CODES;

export const EXIT_CODES = {
  /** What was asked for makes no sense: an option, a file, a name. */
  usage: 2,
  /** The server, or the data directory, cannot be had now; the same command may work later. */
  unavailable: 3,
  /** The server understood and said no. */
  refused: 4,
  /** Stored bytes are not what was written. */
  damaged: 5,
  /** Stopped by a signal; the same command goes on where it was. */
  interrupted: 130,
} as const;

export const exitCodesHelp = `
Exit codes: 0 done, 1 a defect of ours, 2 wrong use, 3 server or directory not to be had, 4 refused by the server,
5 stored bytes are damaged, 130 interrupted. Errors are one line on stderr.`;

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
  DirectoryFormat: 'usage',
  LogDamaged: 'damaged',
  KeyDamaged: 'damaged',
};

/** What a verb ended with as a person is told; undefined for a defect. */
export function faultToTell(error: unknown): CliFault | undefined {
  if (error instanceof CliFault) return error;
  if (error instanceof StoreFault) return new CliFault(KIND_OF_STORE_FAULT[error.code] ?? 'unavailable', error.message);
  return undefined;
}
