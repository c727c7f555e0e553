/** Somebody wants to be told what happens, by requests to a URL of theirs. */
export interface WebhookRegistered {
  readonly type: 'WebhookRegistered';
  readonly version: 1;
  readonly data: WebhookTerms;
}

export interface WebhookTerms {
  readonly url: string;
  /** Contract types, or their beginning with `.*`; empty = all of them. */
  readonly types: readonly string[];
  /** For people. */
  readonly description: string;
}

/** Its URL, filter or description was changed, or it was paused or goes on again; the whole description each time. */
export interface WebhookChanged {
  readonly type: 'WebhookChanged';
  readonly version: 1;
  readonly data: WebhookTerms & { readonly paused: boolean };
}

/** Deliveries are signed with another secret from now on, and until an instant with the one before it as well. */
export interface WebhookSecretRotated {
  readonly type: 'WebhookSecretRotated';
  readonly version: 1;
  readonly data: {
    /** Counts the secrets of a webhook from 1. */
    readonly secret: number;
    /** Milliseconds since 1970. */
    readonly beforeUntil: number;
  };
}

/** We have stopped delivering by ourselves: the receiver said it is gone (410), or failed every time for three days. */
export interface WebhookPaused {
  readonly type: 'WebhookPaused';
  readonly version: 1;
  readonly data: { readonly reason: PauseReason };
}

export type PauseReason = 'gone' | 'failing';

/** What was or should have been delivered is delivered once more: a part of the log, or the dead letters. */
export interface WebhookReplayRequested {
  readonly type: 'WebhookReplayRequested';
  readonly version: 1;
  readonly data: Replay;
}

export type Replay =
  { readonly kind: 'deadLetters' } | { readonly kind: 'range'; readonly after: number; readonly until: number };

/** Nothing is delivered any more, and its secrets sign nothing. */
export interface WebhookDeleted {
  readonly type: 'WebhookDeleted';
  readonly version: 1;
  readonly data: Readonly<Record<string, never>>;
}

export type WebhookEvent =
  WebhookRegistered | WebhookChanged | WebhookSecretRotated | WebhookPaused | WebhookReplayRequested | WebhookDeleted;
