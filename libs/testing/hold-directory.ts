import { DataDirectory } from '../platform/event-store/embedded/data-directory';

/** A process of its own that takes the data directory named by its argument, says so, and holds it until it is killed. */
async function hold(): Promise<void> {
  await DataDirectory.open(process.argv[2] ?? '');
  process.send?.('held');
  setInterval(() => undefined, 1_000);
}

void hold();
