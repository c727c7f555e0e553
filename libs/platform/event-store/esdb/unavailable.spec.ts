import { failureOf, type Failure } from './unavailable';

const error = (members: Record<string, unknown>, message = ''): Error => Object.assign(new Error(message), members);

/** Shapes that the two client libraries were seen to throw. */
const SHAPES: readonly (readonly [string, Error, Failure])[] = [
  [
    'a conflict, with an empty message',
    error({ type: 'wrong-expected-version', actualState: 'no_stream' }),
    'wrongRevision',
  ],
  ['a conflict of the older library', error({ type: 'wrong-expected-version', actualVersion: 3n }), 'wrongRevision'],
  ['gRPC UNAVAILABLE with its class', error({ type: 'unavailable', code: 14 }, '14 UNAVAILABLE: …'), 'unavailable'],
  ['a plain error with code 14', error({ code: 14 }, '14 UNAVAILABLE: No connection established.'), 'unavailable'],
  ['a server that is starting', error({ type: 'unknown' }, '2 UNKNOWN: Server Is Not Ready'), 'unavailable'],
  ['a graceful stop, older library', error({ type: 'unknown', code: 13 }, '13 INTERNAL'), 'unavailable'],
  ['reads of the newer library, by type', error({ type: 'unavailable' }, 'UnavailableError'), 'unavailable'],
  ['reads of the newer library, by text', error({}, 'UnavailableError'), 'unavailable'],
  ['the same of an unknown class', error({ type: 'unknown' }, 'UnavailableError'), 'unavailable'],
  ['a stream that is not there, by text', error({ type: 'unknown' }, 'StreamNotFoundError'), 'notFound'],
  ['a stream that is not there', error({ type: 'stream-not-found' }, 'a not found'), 'notFound'],
  ['a tombstone', error({ type: 'stream-deleted' }), 'deleted'],
  ['a slow consumer, newer library', error({ type: 'unknown', code: 10 }, 'Consumer too slow'), 'unavailable'],
  ['a slow consumer, older library', error({ type: 'timeout', code: 10 }, 'Consumer too slow'), 'unavailable'],
  ['a commit that took too long', error({ type: 'timeout' }), 'unavailable'],
  ['a deadline', error({ type: 'deadline-exceeded', code: 4 }), 'unavailable'],
  ['a cancelled call', error({ type: 'cancelled', code: 1 }), 'unavailable'],
  ['another leader', error({ type: 'not-leader' }), 'unavailable'],
  ['an error without any text', error({ type: 'unknown' }), 'unavailable'],
  ['a socket', error({ code: 'ECONNRESET' }, 'read ECONNRESET'), 'unavailable'],
  ['a cluster that is not found', error({}, 'Failed to discover after 10 attempts.'), 'unavailable'],
  ['over 1 MiB', error({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 }), 'tooLarge'],
  ['a wrong password', error({ type: 'access-denied', code: 16 }), 'denied'],
  ['an empty name', error({ type: 'unknown' }, 'Could not recognize BadRequest'), 'refused'],
  ['a bad argument', error({ code: 3 }, '3 INVALID_ARGUMENT'), 'refused'],
  ['what a server cannot do', error({ type: 'unsupported', feature: 'multiStreamAppend' }), 'refused'],
];

describe('an error of a client library', () => {
  it.each(SHAPES)('is known: %s', (_, shape, failure) => {
    expect(failureOf(shape)).toBe(failure);
  });

  it('is a defect where it came from our own code', () => {
    for (const own of [
      new TypeError('x is not a function'),
      new RangeError('-1'),
      new Error('what?'),
      'text',
      undefined,
    ]) {
      expect(failureOf(own)).toBeUndefined();
    }
  });
});
