import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyDamageFault } from './key-store';

/**
 * AES-256-GCM under a person's key with a random nonce, bound to the person it is about: `v1.` + base64url of
 * nonce (12) ‖ ciphertext ‖ tag (16). What is sealed for one person never opens as another's.
 */
export function seal(text: string, key: Buffer, about: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return PREFIX + Buffer.concat(parts).toString('base64url');
}

/** Throws `KeyDamageFault` where the text, the key or the person is not what it was sealed with. */
export function open(sealed: string, key: Buffer, about: string): string {
  try {
    const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
    const end = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(end));
    return decipher.update(bytes.subarray(NONCE_BYTES, end)).toString('utf8') + decipher.final('utf8');
  } catch (error) {
    throw new KeyDamageFault(`what is sealed for ${about} cannot be opened`, { cause: error });
  }
}

const PREFIX = 'v1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
