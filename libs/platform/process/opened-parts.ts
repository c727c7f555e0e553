/** What a process has opened, to be closed again in the opposite order, whatever fails on the way. */
export class OpenedParts {
  private readonly closings: (() => Promise<void> | void)[] = [];

  push(close: () => Promise<void> | void): void {
    this.closings.push(close);
  }

  /** Closes all of it; throws the first failure once everything was tried. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (let last = this.closings.pop(); last !== undefined; last = this.closings.pop()) {
      try {
        await last();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}

/** Opens something in the order its parts rest on each other; what was opened is closed again when a later part fails. */
export async function openParts<Whole>(
  open: (opened: OpenedParts) => Promise<Whole>,
): Promise<Whole & { close(): Promise<void> }> {
  const opened = new OpenedParts();
  try {
    return { ...(await open(opened)), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
