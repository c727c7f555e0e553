import type { UUID as UuidMessage } from './protocol';
import { StreamIdentifier, UUID } from './protocol';

/**
 * How places and names are written outside. A position outside is ours plus one: on the real server nothing that a client
 * writes ever has position 0, and consumers begin with a checkpoint of 0 that says "nothing yet". Commit and prepare
 * position are the same, as they are there.
 */
export const outsidePosition = (position: number): string => String(position + 1);

/** Ours, -1 for a position before everything; what lies beyond all we could have is far beyond the end. */
export const insidePosition = (text: string): number => insideNumber(text) - 1;

/** Revisions are the same inside and outside. */
export const insideNumber = (text: string): number => Math.min(Number(text), Number.MAX_SAFE_INTEGER);

export const streamIdentifier = (stream: string): StreamIdentifier =>
  new StreamIdentifier().setStreamName(Buffer.from(stream));

export const streamNameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** In lower case with hyphens; undefined where it is none. */
export function uuidText(uuid: UuidMessage | undefined): string | undefined {
  const structured = uuid?.getStructured();
  const text =
    structured === undefined
      ? uuid?.getString().toLowerCase()
      : hexOf(structured.getMostSignificantBits(), structured.getLeastSignificantBits());
  return text !== undefined && uuidForm.test(text) ? text : undefined;
}

/** As the reader asked for it: text, or two numbers. */
export function uuidMessage(text: string, structured: boolean): UUID {
  if (!structured) return new UUID().setString(text);
  const bits = BigInt(`0x${text.replaceAll('-', '')}`);
  const halves = new UUID.Structured()
    .setMostSignificantBits(BigInt.asIntN(64, bits >> 64n).toString())
    .setLeastSignificantBits(BigInt.asIntN(64, bits).toString());
  return new UUID().setStructured(halves);
}

function hexOf(most: string, least: string): string {
  const bits = (BigInt.asUintN(64, BigInt(most)) << 64n) | BigInt.asUintN(64, BigInt(least));
  const hex = bits.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
