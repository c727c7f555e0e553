import type { KafkaMessage } from 'kafkajs';

/** One published record: a CloudEvent 1.0 in binary mode, with its place in the log it came from. */
export interface LoyaltyRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** `<tenant>/<customer>`, or of another subject. */
  readonly key: string;
  /** Position of the event in the log: increases within a partition, and is the same however often it is sent. */
  readonly position: number;
  /** Position of the record before it in its partition; undefined for the first, and in a compacted topic. */
  readonly previous: number | undefined;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  /** RFC 3339: when it was recorded. */
  readonly time: string;
  /** Undefined where the record is a tombstone. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** A record that is none of ours, or is broken: nothing can be said of it. */
export class RecordFault extends Error {
  override readonly name = 'RecordFault';
}

/** Throws `RecordFault`. */
export function readRecord(topic: string, partition: number, message: KafkaMessage): LoyaltyRecord {
  const place = `${topic}/${partition} at offset ${message.offset}`;
  const header = (name: string): string | undefined => message.headers?.[name]?.toString();
  const needed = (name: string): string => {
    const value = header(name);
    if (value === undefined) throw new RecordFault(`${place} has no ${name}`);
    return value;
  };
  const positionIn = (name: string, text: string): number => {
    const position = Number(text);
    if (text === '' || !Number.isSafeInteger(position) || position < 0) {
      throw new RecordFault(`${place}: ${name} is no position: ${text}`);
    }
    return position;
  };
  const previous = header('ce_previous');
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    position: positionIn('ce_position', needed('ce_position')),
    previous: previous === undefined || previous === 'none' ? undefined : positionIn('ce_previous', previous),
    id: needed('ce_id'),
    type: needed('ce_type'),
    source: needed('ce_source'),
    subject: needed('ce_subject'),
    time: needed('ce_time'),
    data: dataOf(message.value, place),
  };
}

function dataOf(value: Buffer | null, place: string): LoyaltyRecord['data'] {
  if (value === null) return undefined;
  try {
    const data: unknown = JSON.parse(value.toString());
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new RecordFault(`${place} is no JSON object`);
}
