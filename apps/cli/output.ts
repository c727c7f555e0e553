/** Writes a line to stdout, waiting while the reader is slow. False once nobody reads any more (`suki log | head`). */
export function printLine(line: string): Promise<boolean> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (!stdout.writable) return resolve(false);
    const takesMore = stdout.write(`${line}\n`, (error) => resolve(error === null || error === undefined));
    if (takesMore) resolve(true);
  });
}

/** A reader that goes away is no error of ours: what is left to say is dropped. */
export function forgiveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
