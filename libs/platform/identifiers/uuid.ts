import { hash, randomBytes } from 'node:crypto';

/**
 * RFC 9562, version 5: the same name in the same namespace gives the same id, for ever and everywhere. One-shot hashing,
 * because every stored event and every lot shown asks for one (under 1 µs).
 */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  return textOf(digest, '5', variantOf(digest));
}

/** RFC 9562, version 7: ids of one process sort by `now` (milliseconds), those of one millisecond in no order. */
export function uuidV7(now: number, random: Uint8Array = randomBytes(10)): string {
  const digits = now.toString(16).padStart(12, '0') + Buffer.from(random).toString('hex');
  return textOf(digits, '7', variantOf(digits));
}

/** The 16 bytes of a UUID in its text form. */
export const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const textOf = (hex: string, version: string, variant: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

/** The digit that carries the two bits of the RFC's variant and keeps the two below them. */
const variantOf = (hex: string): string => '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
