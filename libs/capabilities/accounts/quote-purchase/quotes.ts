import { Injectable } from '@nestjs/common';
import type { TenantId } from '../../../kernel/ids';
import { problem } from '../../../platform/http/http-problem';
import type { KeyStore } from '../../../platform/keys/key-store';
import { Wired } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { isKept, quotedTerms, quoteToken, readQuoteToken } from './quote-token';

/** What a quote does to a purchase: whose terms rate it, or that its time is over. */
export interface PinnedTerms {
  readonly termsAt?: number;
  readonly quoteExpired?: true;
}

/** Gives quote tokens out and takes them back. */
@Injectable()
export class Quotes {
  constructor(
    @Wired('keyStore') private readonly keys: KeyStore,
    @Wired('terms') private readonly terms: TermsSource,
  ) {}

  /** For the revisions in force at an instant. `until` in milliseconds, inclusive. */
  issue(tenant: TenantId, at: number, now: number): { readonly token: string; readonly until: number } {
    const quoted = quotedTerms(tenant, this.terms.termsOf(tenant), at, now);
    return { token: quoteToken(quoted, this.keys.pepper), until: quoted.until };
  }

  /** @throws HttpProblem 422 `QuoteUnknown` for a token that is none of ours. */
  pinned(
    tenant: TenantId,
    token: string | undefined,
    purchase: { readonly occurredAt: number; readonly now: number },
  ): PinnedTerms {
    if (token === undefined) return {};
    const quoted = readQuoteToken(token, tenant, this.keys.pepper);
    if (quoted === undefined) {
      const detail = 'send the token of a quote as it was given, or none';
      throw problem('QuoteUnknown', detail, { errors: [{ pointer: '/quote', detail }] });
    }
    const kept = isKept(quoted, this.terms.termsOf(tenant), purchase);
    return kept ? { termsAt: quoted.termsAt } : { quoteExpired: true };
  }
}
