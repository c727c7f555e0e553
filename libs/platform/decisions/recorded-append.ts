import { streamParts } from '../../kernel/ids';
import type { AppendRequest, AppendResult, RecordedAppend } from '../event-store/event-store';

/** The append as the store will read it back, without reading it: what makes the first answer equal to every later one. */
export function recordedAppend(
  request: AppendRequest,
  { firstRevision, position }: Extract<AppendResult, { kind: 'appended' }>,
): RecordedAppend {
  const { stream, commandKey, fingerprint, recordedAt, occurredAt, effectiveAt, actor } = request;
  const { correlationId, causationId, events, outcome } = request;
  return {
    stream,
    tenant: streamParts(stream).tenant,
    firstRevision,
    position,
    commandKey,
    fingerprint,
    recordedAt,
    occurredAt,
    effectiveAt,
    actor,
    correlationId,
    causationId,
    events,
    claims: request.claims.map(({ action, key, sealed }) =>
      sealed === undefined ? { action, key } : { action, sealed },
    ),
    outcome,
  };
}
