import {
  encodeRecord,
  encodeSegmentHeader,
  type LogPlace,
  type NewRecord,
  SEGMENT_HEADER_BYTES,
} from './record-format';

const SLAB_BYTES = 256 * 1024;
const KEPT_SLABS = 8;

/** Buffers used again and again: touching new pages for every group costs more than copying the records. */
export class SlabPool {
  private readonly free: Buffer[] = [];

  take(bytes: number): Buffer {
    return (bytes <= SLAB_BYTES ? this.free.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(bytes, SLAB_BYTES));
  }

  give(slab: Buffer): void {
    if (slab.length === SLAB_BYTES && this.free.length < KEPT_SLABS) this.free.push(slab);
  }
}

/**
 * The bytes of a group, copied together: measured, a write of many small buffers costs more a record than its copy. A group that begins a
 * segment begins with the segment's header.
 */
export class GroupBytes {
  private readonly full: Buffer[] = [];
  private slab: Buffer;
  private used = 0;

  constructor(
    private readonly start: LogPlace,
    private readonly slabs: SlabPool,
  ) {
    this.slab = slabs.take(0);
    if (this.offset === 0) this.used = encodeSegmentHeader(start.segment).copy(this.slab);
  }

  /** Where in the segment these bytes go. */
  get offset(): number {
    return this.start.offset === SEGMENT_HEADER_BYTES ? 0 : this.start.offset;
  }

  /** `length` is the record's. */
  add(record: NewRecord, position: number, length: number): void {
    if (this.used + length > this.slab.length) {
      this.full.push(this.slab.subarray(0, this.used));
      this.slab = this.slabs.take(length);
      this.used = 0;
    }
    this.used += encodeRecord(record, position, this.start.position, this.slab, this.used, length);
  }

  buffers(): Buffer[] {
    return [...this.full, this.slab.subarray(0, this.used)];
  }

  /** Once written, and not to be written again. */
  release(): void {
    this.slabs.give(this.slab);
  }
}
