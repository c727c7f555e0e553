import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../../kernel/canonical-json';
import type { TenantId } from '../../../kernel/ids';
import { MINUTE_MS } from '../../../kernel/time';
import { termsAt, type Terms } from '../../programmes';

/** How long a quote is kept (S31). */
export const QUOTE_LIFE_MS = 15 * MINUTE_MS;

/** What a token says: the revisions in force at an instant count for a purchase until `until`, inclusive. */
export type QuotedTerms = {
  readonly tenant: TenantId;
  /** Whose terms were quoted. */
  readonly termsAt: number;
  /** Revisions by programme. */
  readonly revisions: Readonly<Record<string, number>>;
  readonly until: number;
};

/** The terms a quote of this moment keeps. */
export const quotedTerms = (tenant: TenantId, terms: Terms, at: number, now: number): QuotedTerms => ({
  tenant,
  termsAt: at,
  revisions: Object.fromEntries(termsAt(terms, at).map(({ programme, revision }) => [programme, revision])),
  until: now + QUOTE_LIFE_MS,
});

/** Signed with the pepper, so that nobody makes one up or changes it; it holds nothing that is secret. */
export function quoteToken(quoted: QuotedTerms, pepper: Buffer): string {
  const text = Buffer.from(canonicalJson(quoted)).toString('base64url');
  return `${text}.${signature(text, pepper)}`;
}

/** Undefined for a token that we did not give to this tenant. */
export function readQuoteToken(token: string, tenant: TenantId, pepper: Buffer): QuotedTerms | undefined {
  const [text = '', signed = ''] = token.split('.');
  const expected = Buffer.from(signature(text, pepper));
  const given = Buffer.from(signed);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const quoted = JSON.parse(Buffer.from(text, 'base64url').toString()) as QuotedTerms;
  return quoted.tenant === tenant ? quoted : undefined;
}

/**
 * Whether a purchase is rated as it was quoted: recorded in time, not for later than the quote was good for, and by the
 * revisions that were meant.
 */
export function isKept(
  quoted: QuotedTerms,
  terms: Terms,
  purchase: { readonly occurredAt: number; readonly now: number },
): boolean {
  const { revisions } = quotedTerms(quoted.tenant, terms, quoted.termsAt, purchase.now);
  return (
    purchase.now <= quoted.until &&
    purchase.occurredAt <= quoted.termsAt + QUOTE_LIFE_MS &&
    canonicalJson(revisions) === canonicalJson(quoted.revisions)
  );
}

const signature = (text: string, pepper: Buffer): string =>
  createHmac('sha256', pepper).update(`quote/${text}`).digest('base64url');
