import type { JsonObject } from './json';

/** What leaves the product about one event: a promise to others, apart from what is stored. Ids only, nothing personal. */
export interface Contract<Type extends string = string> {
  /** A breaking change is a new type, `….v2`, beside the old one. */
  readonly type: Type;
  readonly data: JsonObject;
}

/** What a contract needs of the record around the event. */
export interface ContractContext {
  /** The id in the stream's name. */
  readonly subject: string;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** Ids derived from their cause, as everybody outside knows them. */
  purchaseId(receiptKey: string): string;
  lotId(lotKey: string): string;
}
