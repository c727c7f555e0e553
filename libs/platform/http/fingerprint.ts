import { hash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json';
import type { JsonObject } from '../../kernel/json';

/** What a re-send is told from another body by: SHA-256 (hex) of the RFC 8785 form of plain JSON. */
export function fingerprintOf(request: object): string {
  return hash('sha256', canonicalJson(request as JsonObject), 'hex');
}
