import type { StreamName } from '../../../kernel/ids';
import { FIRST_PREVIOUS_HASH } from '../embedded/record-format';
import { claimRecord, identitiesStream, type ClaimPlace, type ClaimRecord } from './claim-streams';
import type { EsdbHistory } from './esdb-history';
import type { Unseal } from './claim-judgement';

interface Bucket {
  revision: number;
  hash: Buffer;
  /** The newest record of each key, by today's HMAC. */
  readonly records: Map<string, ClaimRecord>;
  /** Reading on, one after another. */
  reading: Promise<void>;
}

/**
 * Today's HMAC of an identity to the record of its claim: derived from sealed records as they are needed, a bucket at a time,
 * and held in memory only. What a person's key no longer opens is forgotten.
 */
export class IdentityIndex {
  private readonly buckets = new Map<StreamName, Bucket>();

  constructor(
    private readonly history: EsdbHistory,
    private readonly unseal: Unseal,
  ) {}

  /** Everything that was in the bucket when this was asked has been looked at. */
  async find(key: string): Promise<ClaimPlace> {
    const stream = identitiesStream(key);
    const bucket = this.bucketOf(stream);
    const reading = bucket.reading.then(() => this.readOn(stream, bucket));
    bucket.reading = reading.catch(() => undefined);
    await reading;
    const { revision, hash } = bucket;
    const record = bucket.records.get(key);
    // Erased since, here or by another process?
    if (record !== undefined && (await this.unseal(record.text, record.slot.stream)) === undefined) {
      bucket.records.delete(key);
      return { stream, revision, hash, record: undefined };
    }
    return { stream, revision, hash, record };
  }

  private bucketOf(stream: StreamName): Bucket {
    const known = this.buckets.get(stream);
    if (known !== undefined) return known;
    const bucket = { revision: -1, hash: FIRST_PREVIOUS_HASH, records: new Map(), reading: Promise.resolve() };
    this.buckets.set(stream, bucket);
    return bucket;
  }

  private async readOn(stream: StreamName, bucket: Bucket): Promise<void> {
    for await (const appends of this.history.appends(stream, bucket.revision + 1)) {
      const records = appends.map((append) => claimRecord(append));
      const keys = await Promise.all(records.map((record) => this.keyOf(record)));
      for (const [index, record] of records.entries()) {
        const key = keys[index];
        if (key !== undefined && record !== undefined) bucket.records.set(key, record);
      }
      const last = appends.at(-1);
      if (last === undefined) continue;
      bucket.revision = last.append.firstRevision + last.events.length - 1;
      bucket.hash = last.hash;
    }
  }

  private async keyOf(record: ClaimRecord | undefined): Promise<string | undefined> {
    return record === undefined ? undefined : this.unseal(record.text, record.slot.stream);
  }
}
