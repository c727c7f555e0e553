import { assert } from '../../kernel/defect';
import type { RecordedAppend, RecordedEvent } from '../event-store/event-store';
import { LoggedAppend } from '../event-store/embedded/recorded';
import { toStored, type NewStoredEvent } from '../event-store/esdb/stored-form';
import { isFromOutside, unwrapped, type OutsideEvent } from './outside-form';
import { outsidePosition, streamIdentifier, uuidMessage } from './positions';
import { ReadResp } from './protocol';

const { ReadEvent } = ReadResp;
const JSON_CONTENT = 'application/json';
/** .NET's: 100 ns each. */
const TICKS_PER_MS = 10_000n;

/** Our events as clients of the protocol see them: in the one stored form, or as their foreign writer wrote them. */
export class ShownEvents {
  /** Events of one append come one after another, and the form is made for all of them at once. */
  private readonly appends = new WeakMap<RecordedAppend, readonly NewStoredEvent[]>();

  shown(recorded: RecordedEvent): OutsideEvent {
    if (isFromOutside(recorded.append)) return unwrapped(recorded);
    const { id, type, data, metadata } = this.formOf(recorded.append)[recorded.index] as NewStoredEvent;
    return { id, type, contentType: JSON_CONTENT, data: jsonBytes(data), metadata: jsonBytes(metadata) };
  }

  idOf(recorded: RecordedEvent): string {
    if (isFromOutside(recorded.append)) return unwrapped(recorded).id;
    return (this.formOf(recorded.append)[recorded.index] as NewStoredEvent).id;
  }

  message(recorded: RecordedEvent, structuredIds: boolean): ReadResp {
    const { id, type, contentType, data, metadata } = this.shown(recorded);
    const position = outsidePosition(recorded.position);
    const event = new ReadEvent.RecordedEvent()
      .setId(uuidMessage(id, structuredIds))
      .setStreamIdentifier(streamIdentifier(recorded.append.stream))
      .setStreamRevision(String(recorded.revision))
      .setPreparePosition(position)
      .setCommitPosition(position)
      .setCustomMetadata(metadata)
      .setData(data);
    event
      .getMetadataMap()
      .set('type', type)
      .set('content-type', contentType)
      .set('created', String(BigInt(recorded.append.recordedAt) * TICKS_PER_MS));
    return new ReadResp().setEvent(new ReadEvent().setEvent(event).setCommitPosition(position));
  }

  private formOf(append: RecordedAppend): readonly NewStoredEvent[] {
    let form = this.appends.get(append);
    if (form === undefined) {
      assert(append instanceof LoggedAppend, 'the door shows appends of the embedded log');
      form = toStored(append, append.previousHash, append.hash).events;
      this.appends.set(append, form);
    }
    return form;
  }
}

const jsonBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));
