import { streamParts, type StreamName } from '../../../libs/kernel/ids';
import type { JsonObject } from '../../../libs/kernel/json';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { DiskLogFiles } from '../../../libs/platform/event-store/embedded/disk-log-files';
import { LogReader } from '../../../libs/platform/event-store/embedded/log-reader';
import { LOG_START, type LogPlace } from '../../../libs/platform/event-store/embedded/record-format';
import { recordedEvents } from '../../../libs/platform/event-store/embedded/recorded';
import type { RecordedEvent } from '../../../libs/platform/event-store/event-store';
import { eventId } from '../../../libs/platform/identifiers/identifiers';
import { printLine } from '../output';

/** All conditions must hold. */
export interface LogSelection {
  readonly stream?: string;
  readonly category?: string;
  readonly type?: string;
  readonly tenant?: string;
  /** Exclusive: the position of the last event an earlier printing showed. */
  readonly after?: number;
  readonly limit?: number;
  readonly backward?: true;
}

/** So much is kept in memory at most when the newest events are asked for without a limit. */
export const BACKWARD_LIMIT = 1_000;

/**
 * `suki log`: stored events as NDJSON, in the order of their positions, with `--backward` the newest first. Reads the log
 * files and nothing else, so it needs no index and disturbs no server.
 */
export async function printLog(options: LogSelection & { readonly data: string }): Promise<void> {
  const directory = await DataDirectory.openReadOnly(options.data);
  const reader = new LogReader(new DiskLogFiles(directory.log));
  try {
    for await (const event of selectedEvents(reader, options)) {
      if (!(await printLine(JSON.stringify(printedEvent(event))))) return;
    }
  } finally {
    await reader.close();
  }
}

async function* selectedEvents(reader: LogReader, selection: LogSelection): AsyncGenerator<RecordedEvent, void> {
  const { backward, limit = backward ? BACKWARD_LIMIT : Infinity } = selection;
  if (backward) {
    let newest: RecordedEvent[] = [];
    for await (const event of matchingEvents(reader, selection)) {
      newest.push(event);
      if (newest.length >= 2 * limit) newest = newest.slice(-limit);
    }
    yield* newest.slice(-limit).reverse();
    return;
  }
  let left = limit;
  for await (const event of matchingEvents(reader, selection)) {
    yield event;
    left -= 1;
    if (left === 0) return;
  }
}

async function* matchingEvents(reader: LogReader, selection: LogSelection): AsyncGenerator<RecordedEvent, void> {
  const { after = -1, type } = selection;
  const start = after < 0 ? LOG_START : await placeOf(reader, after);
  if (start === undefined) return;
  for await (const batch of reader.batches({ from: start })) {
    for (const { record } of batch) {
      if (!isSelectedStream(record.stream as StreamName, selection)) continue;
      for (const event of recordedEvents(record)) {
        if (event.position > after && (type === undefined || event.type === type)) yield event;
      }
    }
  }
}

/** Where the record of an event starts; undefined where there is no such event. */
async function placeOf(reader: LogReader, position: number): Promise<LogPlace | undefined> {
  const found = await reader.find(position);
  if (found === undefined) return undefined;
  const { segment, offset } = found.location;
  return { segment, offset, position: found.record.position };
}

function isSelectedStream(name: StreamName, { stream, category, tenant }: LogSelection): boolean {
  const parts = streamParts(name);
  return (
    (stream === undefined || stream === name) &&
    (category === undefined || category === parts.category) &&
    (tenant === undefined || tenant === parts.tenant)
  );
}

/** The stored event with its whole envelope; times are RFC 3339 in UTC. */
export function printedEvent({ append, index, type, version, revision, position, data }: RecordedEvent): JsonObject {
  const { stream, tenant, commandKey, occurredAt, effectiveAt, recordedAt, actor, correlationId, causationId } = append;
  return {
    eventId: eventId(tenant, stream, commandKey, index),
    type,
    version,
    stream,
    revision,
    position,
    occurredAt: timeText(occurredAt),
    effectiveAt: timeText(effectiveAt),
    recordedAt: timeText(recordedAt),
    tenant,
    actor: { ...actor },
    correlationId,
    causationId,
    commandKey,
    data,
  };
}

const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();
