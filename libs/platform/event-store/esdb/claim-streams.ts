/**
 * Where claims lie in EventStoreDB, and what a record of one says. docs/decisions/0022-claims-on-eventstoredb.md holds the
 * protocol and why it is safe; these are its names and its one event. Streams of claims chain like all of ours, and the
 * port shows none of them.
 */
import { hash } from 'node:crypto';
import { assert } from '../../../kernel/defect';
import { isTenantId, streamName, type StreamName, type TenantId } from '../../../kernel/ids';
import type { AppendRequest, Claim } from '../event-store';
import { chainHash, type AppendContent, type ReadAppend } from './stored-form';
import { FIRST_PREVIOUS_HASH } from '../embedded/record-format';

export const CLAIM_CATEGORY = 'claim';
export const IDENTITIES_CATEGORY = 'identities';
export const IDENTITY_BUCKETS = 1_024;
export const CLAIM_RESERVED = 'ClaimReserved';

/** A place in a stream that one append at most can take, once and for ever: the revision its first event will have. */
export interface Slot {
  readonly stream: StreamName;
  readonly firstRevision: number;
}

/** The newest one of a key tells all there is to know of it, together with what lies in its slot. */
export interface ClaimRecord {
  readonly action: 'take' | 'release';
  /** The key, or what is stored where it must not be readable. */
  readonly text: string;
  readonly sealed: boolean;
  /** Where the append that takes or releases the key will lie, lies, or would have lain. */
  readonly slot: Slot;
  /** `attemptOf` the append that is meant for the slot. */
  readonly attempt: string;
  /** Of the append that held the key before; it holds it still where the slot went to another append. */
  readonly before: Slot | null;
}

/** Where the next record of a key goes, and the newest one there is. */
export interface ClaimPlace {
  readonly stream: StreamName;
  readonly revision: number;
  readonly hash: Buffer;
  readonly record: ClaimRecord | undefined;
}

export const isStreamOfClaims = (stream: string): boolean =>
  stream.startsWith(`${CLAIM_CATEGORY}-`) || stream.startsWith(`${IDENTITIES_CATEGORY}-`);

export const claimStream = ({ key, sealed }: Claim): StreamName =>
  sealed === undefined ? plainClaimStream(key) : identitiesStream(key);

/**
 * A stream for each plain key: `claim-<tenant>.<rest of the key>`, readable for who looks for it. Clients choose keys too,
 * so one that is long or holds anything but these characters is named by its SHA-256, behind a colon, which none holds.
 */
export function plainClaimStream(key: string): StreamName {
  const { tenant, rest } = keyParts(key);
  return streamName(CLAIM_CATEGORY, tenant, readableForm.test(rest) ? rest : `sha256:${hash('sha256', key, 'hex')}`);
}

/**
 * What tells an append from every other that may come to its slot: one of the same command too, which another process has
 * decided at another time.
 */
export const attemptOf = (append: AppendContent): string =>
  chainHash(append, FIRST_PREVIOUS_HASH).toString('hex', 0, 16);

const readableForm = /^[A-Za-z0-9._~/-]{1,128}$/;

/** One of the streams in which the claims on identities of a tenant lie sealed; the key, a peppered HMAC, only chooses it. */
export function identitiesStream(key: string): StreamName {
  const bucket = Number.parseInt(hash('sha256', key, 'hex').slice(0, 8), 16) % IDENTITY_BUCKETS;
  return streamName(IDENTITIES_CATEGORY, keyParts(key).tenant, String(bucket));
}

/** Of a key that may be an identity's. */
export const mayBeIdentity = (key: string): boolean => /^[a-z0-9]{1,32}\/[a-z]+\/[0-9a-f]{64}$/.test(key);

function keyParts(key: string): { tenant: TenantId; rest: string } {
  const slash = key.indexOf('/');
  const tenant = key.slice(0, slash);
  assert(slash > 0 && isTenantId(tenant), `a claim's key begins with its tenant: ${key}`);
  return { tenant, rest: key.slice(slash + 1) };
}

/** The append that stores a record of a claim that `request` makes. */
export function claimAppend(
  record: ClaimRecord,
  request: AppendRequest,
  stream: StreamName,
  firstRevision: number,
): AppendContent {
  const { action, text, sealed, slot, attempt, before } = record;
  const { recordedAt, occurredAt, effectiveAt, actor, correlationId, causationId } = request;
  const data = {
    action,
    ...(sealed ? { sealed: text } : { key: text }),
    slot: { ...slot },
    attempt,
    before: before && { ...before },
  };
  return {
    stream,
    firstRevision,
    commandKey: `${action}~${hash('sha256', text, 'hex')}~${slot.stream}~${slot.firstRevision}~${attempt}`,
    fingerprint: null,
    recordedAt,
    occurredAt,
    effectiveAt,
    actor,
    correlationId,
    causationId,
    events: [{ type: CLAIM_RESERVED, version: 1, data }],
    claims: [],
    outcome: null,
  };
}

/** What a stored record says; undefined for an append that is none. */
export function claimRecord({ events: [event] }: ReadAppend): ClaimRecord | undefined {
  if (event?.type !== CLAIM_RESERVED) return undefined;
  const { action, key, sealed, slot, attempt, before } = event.data;
  const text = sealed ?? key;
  const isSealed = sealed !== undefined;
  if ((action !== 'take' && action !== 'release') || typeof text !== 'string') return undefined;
  if (typeof attempt !== 'string') return undefined;
  const boundTo = slotOf(slot);
  const heldBefore = before === null ? null : slotOf(before);
  if (boundTo === undefined || heldBefore === undefined) return undefined;
  return { action, text, sealed: isSealed, slot: boundTo, attempt, before: heldBefore };
}

function slotOf(value: unknown): Slot | undefined {
  if (typeof value !== 'object' || value === null || !('stream' in value) || !('firstRevision' in value)) {
    return undefined;
  }
  const { stream, firstRevision } = value;
  if (typeof stream !== 'string' || typeof firstRevision !== 'number') return undefined;
  return { stream: stream as StreamName, firstRevision };
}

export const isSameSlot = (one: Slot, other: Slot): boolean =>
  one.stream === other.stream && one.firstRevision === other.firstRevision;
