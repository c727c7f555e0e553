import type { ReadableRecord } from './recorded';

/** The newest records, kept as they were written, so that subscribers at the end of the log need not read it again. */
export class RecentRecords {
  private readonly records: ReadableRecord[] = [];
  private front = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(record: ReadableRecord): void {
    this.records.push(record);
    this.bytes += record.body.length;
    while (this.bytes > this.maxBytes && this.front < this.records.length - 1) {
      this.bytes -= this.records[this.front]?.body.length ?? 0;
      this.front++;
    }
    if (this.front > 1_000 && this.front * 2 > this.records.length) {
      this.records.splice(0, this.front);
      this.front = 0;
    }
  }

  rollBackTo(position: number): void {
    for (let last = this.records.at(-1); last !== undefined && last.position >= position; last = this.records.at(-1)) {
      if (this.records.length <= this.front) break;
      this.records.pop();
      this.bytes -= last.body.length;
    }
    this.front = Math.min(this.front, this.records.length);
  }

  /** Up to `limit` records from the one that holds `position` on; undefined where that one is no longer here. */
  from(position: number, limit: number): readonly ReadableRecord[] | undefined {
    let low = this.front;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle] as ReadableRecord).position <= position) low = middle + 1;
      else high = middle;
    }
    return low === this.front ? undefined : this.records.slice(low - 1, low - 1 + limit);
  }
}
