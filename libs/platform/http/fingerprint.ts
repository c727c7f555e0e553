import { createHash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json';
import type { JsonObject } from '../../kernel/json';

/**
 * What a re-send is told from another body by: SHA-256 (hex) of the RFC 8785 form. For operations under an
 * Idempotency-Key, `operation` and what the path names are part of it, so that one key never stands for two commands.
 */
export function fingerprintOf(request: JsonObject): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

export const commandFingerprint = (operation: string, path: JsonObject, body: object | null): string =>
  fingerprintOf({ operation, path, body: body as JsonObject | null });
