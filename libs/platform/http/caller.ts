import type { TenantId } from '../../kernel/ids';

/** Who is calling, as the API key says. The tenant of every stream, row and query comes from here and nowhere else. */
export interface Caller {
  readonly tenant: TenantId;
  /** `key_…`: the id, never the secret. */
  readonly key: string;
  readonly role: CallerRole;
  /** Outlets the key works for; empty for roles that need none. */
  readonly outlets: readonly string[];
  /** May record history with its original dates (S2). */
  readonly history: boolean;
}

export type CallerRole = 'till' | 'staff' | 'manager' | 'analyst' | 'service' | 'admin';

/** Finds the caller behind a bearer token; undefined = unknown or revoked. Called on every request: answers from memory. */
export interface CallerSource {
  callerOf(token: string): Caller | undefined;
}

/** Who may do what: operation id → roles. Data in one file of the product; the guard, the docs and the matrix test read it. */
export type Permissions = Readonly<Record<string, readonly CallerRole[]>>;
