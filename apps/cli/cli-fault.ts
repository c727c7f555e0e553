/** Why a verb ended before its work was done; each has its exit code, listed in `docs/cli.md`. */
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
