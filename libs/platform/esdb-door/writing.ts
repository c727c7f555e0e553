import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import { NO_STREAM } from '../event-store/event-store';
import { appendBytes, type OutsideEvent } from './outside-form';
import type { ExpectedState, OutsideAnswer, OutsideCall } from './outside-appends';
import { insideNumber, outsidePosition, streamIdentifier, streamNameOf, uuidText } from './positions';
import type { AppendReq } from './protocol';
import {
  AllStreamPosition,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  Code,
  Empty,
  WrongExpectedVersion,
  type UUID,
} from './protocol';
import {
  batchStatus,
  invalidArgument,
  MAX_APPEND_BYTES,
  isAboutTheAppend,
  refusalOf,
  statusOf,
  unavailable,
} from './refusals';

export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;
export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
/** @throws CallRefused, StoreFault */
export type TakeAppend = (call: OutsideCall) => Promise<OutsideAnswer>;

/** One append, an event a message. @throws CallRefused, StoreFault */
export async function answerAppend(call: AppendCall, take: TakeAppend): Promise<AppendResp> {
  let options: AppendReq.Options | undefined;
  const gathered = new GatheredEvents();
  for await (const message of call as AsyncIterable<AppendReq>) {
    options ??= message.getOptions();
    const proposed = message.getProposedMessage();
    if (proposed !== undefined) gathered.take(proposed);
  }
  const { events } = gathered;
  if (options === undefined) throw invalidArgument('an append begins with its options');
  const expected = options.hasAny()
    ? 'any'
    : options.hasStreamExists()
      ? 'exists'
      : options.hasNoStream()
        ? NO_STREAM
        : insideNumber(options.getRevision());
  const answer = await take({ stream: streamNameOf(options.getStreamIdentifier()), expected, events });
  return answer.kind === 'conflict' ? wrongVersion(answer.actual, expected) : success(answer);
}

function success({ revision, position }: Extract<OutsideAnswer, { kind: 'appended' }>): AppendResp {
  const success = new AppendResp.Success();
  if (revision < 0) success.setNoStream(new Empty());
  else success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new Empty());
  else {
    const text = outsidePosition(position);
    success.setPosition(new AppendResp.Position().setCommitPosition(text).setPreparePosition(text));
  }
  return new AppendResp().setSuccess(success);
}

function wrongVersion(actual: number, expected: ExpectedState): AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (actual < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(actual));
  if (expected === 'any') wrong.setExpectedAny(new Empty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new Empty());
  else if (expected < 0) wrong.setExpectedNoStream(new Empty());
  else wrong.setExpectedRevision(String(expected));
  return new AppendResp().setWrongExpectedVersion(wrong);
}

/** Appends in work at once of one batch call; more are not taken from the socket. */
const IN_WORK = 512;

/** Many appends over one call, each answered when it is done, in whatever order that is. */
export class BatchAppends {
  private readonly begun = new Map<string, Begun>();
  private inWork = 0;
  /** How the call ends once nothing is in work; undefined while it goes on. */
  private end: (() => void) | undefined;

  constructor(
    private readonly call: BatchCall,
    private readonly take: TakeAppend,
  ) {}

  /** Answers when the caller has ended and every append has its answer. @throws CallRefused, StoreFault */
  answer(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.call.on('data', (request: BatchAppendReq) => {
        const append = this.collect(request);
        if (append === undefined || this.end !== undefined) return;
        this.inWork++;
        if (this.inWork >= IN_WORK) this.call.pause();
        this.answerOne(append).then(() => this.done(), reject);
      });
      this.call.once('end', () => this.endWith(resolve));
      this.call.once('cancelled', () => this.endWith(resolve));
      this.call.once('left', () => this.endWith(() => reject(unavailable('the door closes'))));
    });
  }

  /** The door closes: appends in work are answered, and no more are taken. */
  leave(): void {
    this.call.emit('left');
  }

  private done(): void {
    this.inWork--;
    if (this.inWork === 0) this.end?.();
    else if (this.call.isPaused()) this.call.resume();
  }

  private endWith(end: () => void): void {
    this.end ??= end;
    if (this.inWork === 0) this.end();
  }

  /** An append may come in several messages; whole with the last. */
  private collect(request: BatchAppendReq): Begun | undefined {
    const id = uuidText(request.getCorrelationId()) ?? '';
    const options = request.getOptions();
    let append = this.begun.get(id);
    if (append === undefined) {
      append = { correlation: request.getCorrelationId(), options, gathered: new GatheredEvents() };
      this.begun.set(id, append);
    }
    for (const message of request.getProposedMessagesList()) append.gathered.take(message);
    if (!request.getIsFinal()) return undefined;
    this.begun.delete(id);
    return append;
  }

  private async answerOne({ correlation, options, gathered: { events } }: Begun): Promise<void> {
    const stream = streamNameOf(options?.getStreamIdentifier());
    const expected = expectedOf(options ?? new BatchAppendReq.Options());
    const response = new BatchAppendResp().setCorrelationId(correlation).setStreamIdentifier(streamIdentifier(stream));
    try {
      const answer = await this.take({ stream, expected, events });
      if (answer.kind === 'appended') response.setSuccess(batchSuccess(answer));
      else response.setError(batchWrongVersion(answer.actual, expected));
    } catch (error) {
      const refused = refusalOf(error, () => undefined);
      if (!isAboutTheAppend(refused)) throw error;
      response.setError(batchStatus(refused));
    }
    if (!this.call.cancelled) this.call.write(response);
  }
}

interface Begun {
  readonly correlation: UUID | undefined;
  readonly options: BatchAppendReq.Options | undefined;
  readonly gathered: GatheredEvents;
}

function expectedOf(options: BatchAppendReq.Options): ExpectedState {
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'exists';
  return options.hasNoStream() ? NO_STREAM : insideNumber(options.getStreamPosition());
}

function batchSuccess({ revision, position }: Extract<OutsideAnswer, { kind: 'appended' }>): BatchAppendResp.Success {
  const success = new BatchAppendResp.Success();
  if (revision < 0) success.setNoStream(new GoogleEmpty());
  else success.setCurrentRevision(String(revision));
  if (position === undefined) return success.setNoPosition(new GoogleEmpty());
  const text = outsidePosition(position);
  return success.setPosition(new AllStreamPosition().setCommitPosition(text).setPreparePosition(text));
}

function batchWrongVersion(actual: number, expected: ExpectedState): ReturnType<typeof statusOf> {
  const wrong = new WrongExpectedVersion();
  if (actual < 0) wrong.setCurrentNoStream(new GoogleEmpty());
  else wrong.setCurrentStreamRevision(String(actual));
  if (expected === 'any') wrong.setExpectedAny(new GoogleEmpty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new GoogleEmpty());
  else if (expected < 0) wrong.setExpectedNoStream(new GoogleEmpty());
  else wrong.setExpectedStreamPosition(String(expected));
  return statusOf(Code.ALREADY_EXISTS, 'WrongExpectedVersion', wrong);
}

/** The events of an append that comes in pieces. Of one that is too large no more is kept than shows it. */
class GatheredEvents {
  readonly events: OutsideEvent[] = [];
  private bytes = 0;

  take(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): void {
    if (this.bytes > MAX_APPEND_BYTES) return;
    const event = eventOf(message);
    this.bytes += appendBytes(event);
    this.events.push(event);
  }
}

/** Both ways of appending describe an event the same way. What is missing is found missing later, all in one place. */
function eventOf(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): OutsideEvent {
  const metadata = message.getMetadataMap();
  return {
    id: uuidText(message.getId()) ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? 'application/octet-stream',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
