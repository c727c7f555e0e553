import { createHmac, randomBytes } from 'node:crypto';

/** A new bearer token: 256 bits, with a prefix by which a leaked one is recognised. Shown once, never stored. */
export const newSecret = (): string => `suki_${randomBytes(32).toString('base64url')}`;

/** What is kept of a token: useless without the pepper, and no way back. */
export const secretHmac = (token: string, pepper: Buffer): Buffer =>
  createHmac('sha256', pepper).update(`api-key/${token}`).digest();

/** Whether a text has the form of a token, so that nothing else is ever hashed. */
export const isSecret = (text: string): boolean => /^suki_[A-Za-z0-9_-]{43}$/.test(text);
