import { createHmac, randomBytes } from 'node:crypto';

/** A new bearer token: 256 bits, with a prefix by which a leaked one is recognised. Shown once, never stored. */
export const newSecret = (): string => `suki_${randomBytes(32).toString('base64url')}`;

/** What is kept of a token: useless without the pepper, and no way back. */
export const secretHmac = (token: string, pepper: Buffer): Buffer =>
  createHmac('sha256', pepper).update(`api-key/${token}`).digest();
