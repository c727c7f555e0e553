/**
 * Claims without transactions over streams, as docs/decisions/0022-claims-on-eventstoredb.md argues. Before an append is sent,
 * each key it takes or releases is bound to its slot by a record in the key's own stream, at an exact revision. The append
 * then decides: where it lies in the slot, the record holds; where another lies there, it never will. A record is only
 * ever followed by another once it is decided, so of every key at most one append is on its way at any time.
 */
import { assert } from '../../../kernel/defect';
import type { StreamName } from '../../../kernel/ids';
import { FIRST_PREVIOUS_HASH } from '../embedded/record-format';
import type { AppendRequest, Claim, ClaimHolder } from '../event-store';
import { StoreUnavailableFault } from '../faults';
import { ClaimJudgement, type Standing, type Unseal } from './claim-judgement';
import {
  claimAppend,
  claimRecord,
  claimStream,
  isSameSlot,
  mayBeIdentity,
  plainClaimStream,
  type ClaimPlace,
  type ClaimRecord,
  type Slot,
} from './claim-streams';
import type { EsdbHistory } from './esdb-history';
import { IdentityIndex } from './identity-index';
import type { ServerCalls } from './server-calls';
import type { Slots } from './slots';
import { toStored } from './stored-form';

export interface Taken {
  readonly key: string;
  readonly holder: ClaimHolder;
}

type Bound = Pick<ClaimRecord, 'slot' | 'attempt'>;

/** Tries of one record against others who write the same stream at the same time; a bucket of identities is shared by many. */
const MAX_TRIES = 100;

export class Claims {
  private readonly judgement: ClaimJudgement;
  private readonly identities: IdentityIndex;

  constructor(
    private readonly calls: ServerCalls,
    private readonly history: EsdbHistory,
    private readonly slots: Slots,
    unseal: Unseal,
  ) {
    this.judgement = new ClaimJudgement(slots);
    this.identities = new IdentityIndex(history, unseal);
  }

  /** The durable holder; waits, within patience, for one whose append may be on its way. */
  async holder(key: string): Promise<ClaimHolder | undefined> {
    const places = mayBeIdentity(key) ? [this.plainPlace(key), this.identities.find(key)] : [this.plainPlace(key)];
    for (const { record } of await Promise.all(places)) {
      const standing = await this.settledStanding(record);
      if (standing.kind === 'held') return standing.holder;
    }
    return undefined;
  }

  /** The first of the keys a request takes that somebody holds, the request's own command included. */
  async firstTaken(claims: readonly Claim[]): Promise<Taken | undefined> {
    const taken = await Promise.all(claims.map((claim) => this.taken(claim)));
    return taken.find((found) => found !== undefined);
  }

  /**
   * Binds every key of a request to the slot its append, `attempt`, is about to be sent to, in the order of the keys, so that two
   * requests never wait for one another. Where a key is held it says so, and the append must not be sent.
   */
  async bind(request: AppendRequest, slot: Slot, attempt: string): Promise<Taken | undefined> {
    const { claims } = request;
    const takes = claims.filter(({ action }) => action === 'take');
    // Looked at before anything is bound: what is then refused has left nothing behind.
    if (claims.length > 1) {
      const taken = await this.firstTaken(takes);
      if (taken !== undefined) return taken;
    }
    for (const [bound, claim] of inOrder(claims).entries()) {
      const taken = await this.bindOne(claim, request, { slot, attempt });
      if (taken === undefined) continue;
      // The append is not sent: nobody shall wait for it because of the keys before this one.
      if (bound > 0) await this.slots.close(slot, request);
      return taken;
    }
    return undefined;
  }

  private async taken(claim: Claim): Promise<Taken | undefined> {
    if (claim.action === 'release') return undefined;
    const { record } = await this.place(claim);
    const standing = await this.judgement.standing(record);
    return standing.kind === 'held' ? { key: claim.key, holder: standing.holder } : undefined;
  }

  private async bindOne(claim: Claim, request: AppendRequest, bound: Bound): Promise<Taken | undefined> {
    const { action, key, sealed } = claim;
    // Nearly every plain key is new: it is bound without having been looked for.
    let place = action === 'take' && sealed === undefined ? newPlace(plainClaimStream(key)) : await this.place(claim);
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      if (place.record !== undefined && isBoundTo(place.record, bound) && place.record.action === action)
        return undefined;
      const standing = await this.decidedStanding(place.record, request);
      if (standing?.kind === 'held' && action === 'take') return { key, holder: standing.holder };
      if (standing !== undefined && (await this.write(claim, request, bound, place, standing))) return undefined;
      place = await this.place(claim);
    }
    throw new StoreUnavailableFault(`${place.stream} is written by too many at once`);
  }

  private async write(
    { action, key, sealed }: Claim,
    request: AppendRequest,
    { slot, attempt }: Bound,
    { stream, revision, hash }: ClaimPlace,
    standing: Standing,
  ): Promise<boolean> {
    const before = standing.kind === 'held' ? standing.slot : null;
    const record = { action, text: sealed ?? key, sealed: sealed !== undefined, slot, attempt, before };
    const { events } = toStored(claimAppend(record, request, stream, revision + 1), hash);
    return (await this.calls.append(stream, revision, events)).kind === 'written';
  }

  /** Undefined where it was not decided and now is: whoever asks has to look again. */
  private async decidedStanding(
    record: ClaimRecord | undefined,
    request: AppendRequest,
  ): Promise<Standing | undefined> {
    const standing = await this.judgement.standing(record);
    if (standing.kind !== 'pending') return standing;
    if ((await this.slots.await(standing.slot)) === undefined) await this.slots.close(standing.slot, request);
    return undefined;
  }

  private async settledStanding(record: ClaimRecord | undefined): Promise<Standing> {
    const standing = await this.judgement.standing(record);
    if (standing.kind !== 'pending') return standing;
    const arrived = await this.slots.await(standing.slot);
    return arrived === undefined ? this.judgement.heldBefore(standing.before) : this.judgement.standing(record);
  }

  private place(claim: Claim): Promise<ClaimPlace> {
    return claim.sealed === undefined ? this.plainPlace(claim.key) : this.identities.find(claim.key);
  }

  private async plainPlace(key: string): Promise<ClaimPlace> {
    const stream = plainClaimStream(key);
    const newest = await this.history.newestAppend(stream);
    if (newest === undefined) return newPlace(stream);
    const record = claimRecord(newest);
    assert(record?.text === key, `${stream} holds records of another key`);
    return { stream, revision: newest.append.firstRevision, hash: newest.hash, record };
  }
}

const isBoundTo = (record: ClaimRecord, { slot, attempt }: Bound): boolean =>
  isSameSlot(record.slot, slot) && record.attempt === attempt;

const newPlace = (stream: StreamName): ClaimPlace => ({
  stream,
  revision: -1,
  hash: FIRST_PREVIOUS_HASH,
  record: undefined,
});

function inOrder(claims: readonly Claim[]): readonly Claim[] {
  const keys = new Set(claims.map(({ key }) => key));
  assert(keys.size === claims.length, 'an append takes or releases a key once');
  const placed = claims.map((claim) => ({ claim, name: `${claimStream(claim)} ${claim.key}` }));
  return placed.sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ claim }) => claim);
}
