import type { TenantId } from '../../../kernel/ids';
import type { ProgrammeDocument } from '../language/programme-document';
import type { Terms } from './terms';

/** What decides purchases: the rules of a tenant over all time, from memory. */
export interface TermsSource {
  termsOf(tenant: TenantId): Terms;
  /** How many activations the tenant made before its first account fact, as far as we have seen: see `opening-claims.ts`. */
  openingsOf(tenant: TenantId): number;
  /** What a published revision says. */
  documentOf(tenant: TenantId, programme: string, revision: number): ProgrammeDocument | undefined;
  /** True once everything up to `position` is known here. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
}
