import { assert } from '../kernel/defect';
import { FIRST_PREVIOUS_HASH, type NewRecord, recordHash } from '../platform/event-store/embedded/record-format';

/** Makes records whose streams count and chain as the event store's do, from nothing but their number. */
export class ChainedRecords {
  private readonly heads = new Map<string, { hash: Buffer; nextRevision: number }>();
  private made = 0;

  constructor(
    private readonly streams = 3,
    private readonly bodyBytes = 64,
    private readonly customers = 'customer',
  ) {}

  next(): NewRecord {
    const number = this.made++;
    const stream = `account-main.${this.customers}-${number % this.streams}`;
    const head = this.heads.get(stream) ?? { hash: FIRST_PREVIOUS_HASH, nextRevision: 0 };
    const eventCount = 1 + (number % 3);
    const record: NewRecord = {
      stream,
      firstRevision: head.nextRevision,
      eventCount,
      recordedAt: 1_760_000_000_000 + number,
      previousHash: head.hash,
      claims: claimsOf(number),
      body: bodyOf(stream, number, this.bodyBytes),
    };
    this.heads.set(stream, { hash: recordHash(record), nextRevision: head.nextRevision + eventCount });
    return record;
  }

  take(count: number): NewRecord[] {
    return Array.from({ length: count }, () => this.next());
  }
}

/** The element a test knows to be there. */
export function nth<Element>(elements: readonly Element[], index: number): Element {
  const element = elements.at(index);
  assert(element !== undefined, `no element ${index} of ${elements.length}`);
  return element;
}

function claimsOf(number: number): NewRecord['claims'] {
  const receipt = { action: 'take', sealed: false, text: `main/receipt/manila-1~2~${number}` } as const;
  if (number % 4 === 1) return [receipt, { action: 'take', sealed: true, text: `sealed-ñ-${number}` }];
  if (number % 4 === 2) return [receipt, { action: 'release', sealed: false, text: `main/code/${number}` }];
  return number % 4 === 3 ? [] : [receipt];
}

function bodyOf(stream: string, number: number, bytes: number): Buffer {
  const text = `{"number":${number},"stream":"${stream}","text":"`;
  return Buffer.from(`${text}${'x'.repeat(Math.max(0, bytes - text.length - 2 - (number % 8)))}"}`);
}
