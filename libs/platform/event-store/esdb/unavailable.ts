/**
 * What an error of a client library means for us. "Unavailable" comes in many shapes, and one error class in one shape may
 * mean two things; this is the only place that knows.
 */
export type Failure =
  /** Whether an append was stored is unknown: the same call may be made again. */
  | 'unavailable'
  | 'wrongRevision'
  | 'notFound'
  /** The stream was ended for good by somebody. */
  | 'deleted'
  | 'tooLarge'
  | 'denied'
  /** The server will never take this: our mistake. */
  | 'refused';

const BY_TYPE: Readonly<Record<string, Failure>> = {
  'wrong-expected-version': 'wrongRevision',
  'stream-not-found': 'notFound',
  'no-stream': 'notFound',
  'stream-deleted': 'deleted',
  'stream-tombstoned': 'deleted',
  'maximum-append-size-exceeded': 'tooLarge',
  'append-record-size-exceeded': 'tooLarge',
  'transaction-max-size-exceeded': 'tooLarge',
  'access-denied': 'denied',
  unavailable: 'unavailable',
  timeout: 'unavailable',
  'deadline-exceeded': 'unavailable',
  cancelled: 'unavailable',
  'not-leader': 'unavailable',
  'invalid-argument': 'refused',
  'invalid-transaction': 'refused',
  'missing-required-metadata-property': 'refused',
  unsupported: 'refused',
};

/** The reading half of the newer library tells some errors by the name of their class only, as name or as message. */
const BY_NAME: Readonly<Record<string, Failure>> = {
  StreamNotFoundError: 'notFound',
  StreamDeletedError: 'deleted',
  AccessDeniedError: 'denied',
  UnavailableError: 'unavailable',
  DeadlineExceededError: 'unavailable',
  NotLeaderError: 'unavailable',
};

/** gRPC's own: INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED. */
const BY_CODE: ReadonlyMap<number, Failure> = new Map([
  [3, 'refused'],
  [5, 'notFound'],
  [7, 'denied'],
  [9, 'refused'],
  [12, 'refused'],
  [16, 'denied'],
]);

/** The one permanent error that has neither type nor code of its own: an empty name or type, a malformed id. */
const NOT_UNDERSTOOD = 'Could not recognize BadRequest';

/** Undefined for what is no failure of the server or the way to it, but a defect. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return undefined;
  const { type, code } = error as { type?: unknown; code?: unknown };
  if (typeof type === 'string' && type in BY_TYPE) return BY_TYPE[type];
  const named = BY_NAME[error.name] ?? BY_NAME[error.message];
  if (named !== undefined) return named;
  if (error.message.includes(NOT_UNDERSTOOD)) return 'refused';
  if (typeof code === 'number') return BY_CODE.get(code) ?? 'unavailable';
  return isFromElsewhere(error, type, code) ? 'unavailable' : undefined;
}

/** Unknown errors of the libraries, of sockets, and of the discovery of a cluster, which has nothing but its text. */
const isFromElsewhere = (error: Error, type: unknown, code: unknown): boolean =>
  type === 'unknown' || typeof code === 'string' || error.message.startsWith('Failed to discover');
