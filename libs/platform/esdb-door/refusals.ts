import { Metadata, status } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { AppendTooLargeFault, LogDamageFault, StoreFullFault, StoreUnavailableFault } from '../event-store/faults';
import { KeyDamageFault } from '../keys/key-store';
import { AccessDenied, BadRequest, Code, MaximumAppendSizeExceeded, Status } from './protocol';

/** What a call ends with; clients branch on the code and on `exception` in the metadata, never on the words. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    for (const [key, value] of Object.entries(headers)) this.metadata.set(key, value);
  }
}

/** Bytes of types, data and metadata in one append, as the server counts them: `MaxAppendSize`. */
export const MAX_APPEND_BYTES = 1024 * 1024;

export const unauthenticated = (): CallRefused =>
  new CallRefused(status.UNAUTHENTICATED, 'send the secret of an admin key as the password');

export const accessDenied = (why: string): CallRefused =>
  new CallRefused(status.PERMISSION_DENIED, `Access Denied: ${why}`, { exception: 'access-denied' });

export const invalidArgument = (what: string): CallRefused => new CallRefused(status.INVALID_ARGUMENT, what);

/** A read that cannot be answered: the server fails at it, and says so with this code. */
export const unreadable = (why: string): CallRefused =>
  new CallRefused(status.UNKNOWN, `Exception was thrown by handler. ${why}`);

export const unavailable = (why: string): CallRefused => new CallRefused(status.UNAVAILABLE, why);

export const unsupported = (what: string): CallRefused =>
  new CallRefused(status.UNIMPLEMENTED, `${what} is not part of this door`);

export const tooSlow = (): CallRefused =>
  new CallRefused(status.ABORTED, 'Operation timed out: Consumer too slow to handle event; resubscription required');

export const appendTooLarge = (): CallRefused =>
  new CallRefused(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_BYTES),
  });

/** How the call ends for whatever was thrown; what nobody foresaw is told to the log, not to the caller. */
export function refusalOf(error: unknown, onDefect: (error: unknown) => void): CallRefused {
  if (error instanceof CallRefused) return error;
  // An append with a sealed claim of somebody whose key is elsewhere.
  if (error instanceof KeyDamageFault) return invalidArgument(error.message);
  if (error instanceof AppendTooLargeFault) return appendTooLarge();
  if (error instanceof StoreUnavailableFault) return unavailable(error.message);
  if (error instanceof StoreFullFault) return new CallRefused(status.RESOURCE_EXHAUSTED, error.message);
  onDefect(error);
  return error instanceof LogDamageFault
    ? new CallRefused(status.DATA_LOSS, error.message)
    : new CallRefused(status.UNKNOWN, 'the door failed; its log says how');
}

/** Whether only this append is refused, and the call it came in can go on. */
export const isAboutTheAppend = ({ code }: CallRefused): boolean =>
  code === status.INVALID_ARGUMENT || code === status.PERMISSION_DENIED;

/** The same refusals inside an answer of a batch, which goes on for the other appends. */
export function batchStatus(refused: CallRefused): Status {
  switch (refused.metadata.get('exception')[0]) {
    case 'access-denied':
      return statusOf(Code.PERMISSION_DENIED, 'AccessDenied', new AccessDenied());
    case 'maximum-append-size-exceeded':
      return statusOf(
        Code.INVALID_ARGUMENT,
        'MaximumAppendSizeExceeded',
        new MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES),
      );
    default:
      return statusOf(Code.INVALID_ARGUMENT, 'BadRequest', new BadRequest().setMessage(refused.details));
  }
}

export function statusOf(code: Code, type: string, details: Message): Status {
  const packed = new Any();
  packed.pack(details.serializeBinary(), `event_store.client.${type}`);
  return new Status().setCode(code).setMessage(type).setDetails(packed);
}
