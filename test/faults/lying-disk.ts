import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';

/**
 * Loaded before the product by the negative control: a disk that says it has written a purchase, shows it to whoever reads
 * in this thread, and writes it half a second later. A process that is killed loses what it had answered for; the check that
 * finds nothing lost has to find this.
 */
const LATER_MS = 500;

const { open } = DiskLogFiles.prototype;
DiskLogFiles.prototype.open = async function (this: DiskLogFiles, name, options) {
  const file = await open.call(this, name, options);
  const unwritten = (held[name] ??= new Set<Unwritten>());
  const { writeAt, readAt } = file;
  file.writeAt = async (buffers, offset) => {
    const write = { offset, bytes: Buffer.concat(buffers) };
    if (!write.bytes.includes('PurchaseRecorded')) return writeAt.call(file, buffers, offset);
    unwritten.add(write);
    setTimeout(() => void writeAt.call(file, [write.bytes], offset).then(() => unwritten.delete(write)), LATER_MS);
  };
  file.readAt = async (buffer, offset) => {
    const read = await readAt.call(file, buffer, offset);
    return Math.max(read, ...[...unwritten].map((write) => overlay(buffer, offset, write)));
  };
  return file;
};

interface Unwritten {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** By file: the writer and the readers open it each for themselves. */
const held: Record<string, Set<Unwritten>> = {};

/** Answers how much of the buffer is filled by the write, from its beginning. */
function overlay(buffer: Uint8Array, offset: number, write: Unwritten): number {
  const from = Math.max(offset, write.offset);
  const until = Math.min(offset + buffer.length, write.offset + write.bytes.length);
  if (from >= until) return 0;
  buffer.set(write.bytes.subarray(from - write.offset, until - write.offset), from - offset);
  return until - offset;
}
