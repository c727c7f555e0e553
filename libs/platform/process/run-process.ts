import { exitOf } from './exit';

export interface RunningProcess {
  /** Takes nothing new and finishes what was accepted. */
  close(): Promise<void>;
}

/** Runs until SIGTERM or SIGINT, then drains and ends; what it cannot go on with ends it with a line and a code. */
export async function runProcess(open: () => Promise<RunningProcess>): Promise<void> {
  let closing = false;
  // A signal while it still opens, or waits for a server, ends it: nothing was accepted.
  let close = (): Promise<void> => Promise.resolve();
  const end = (): void => {
    if (closing) return;
    closing = true;
    close().then(() => process.exit(0), giveUp);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  try {
    const running = await open();
    close = () => running.close();
  } catch (error) {
    giveUp(error);
  }
}

/** Ends the process with one line for people. */
export function giveUp(error: unknown): never {
  const { line, code } = exitOf(error);
  process.stderr.write(`suki: ${line}\n`);
  process.exit(code);
}
