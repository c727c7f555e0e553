/**
 * Ordinals of a card's rewards that are over: all from 1 up to one, but a few. It stays as small as what the customer holds,
 * however many rewards there have been.
 */
export type GoneOrdinals = {
  /** The highest that is gone; 0 where none is. */
  readonly upTo: number;
  /** Those below it that are not gone, ascending. */
  readonly but: readonly number[];
};

export const NONE_GONE: GoneOrdinals = { upTo: 0, but: [] };

export const isGone = ({ upTo, but }: GoneOrdinals, ordinal: number): boolean =>
  ordinal <= upTo && !but.includes(ordinal);

export function withGone({ upTo, but }: GoneOrdinals, ordinal: number): GoneOrdinals {
  if (ordinal <= upTo) return { upTo, but: but.filter((other) => other !== ordinal) };
  const between = Array.from({ length: ordinal - upTo - 1 }, (_, index) => upTo + 1 + index);
  return { upTo: ordinal, but: [...but, ...between] };
}

/** One that comes back. */
export function withoutGone(gone: GoneOrdinals, ordinal: number): GoneOrdinals {
  if (!isGone(gone, ordinal)) return gone;
  const but = [...gone.but, ordinal].sort((a, b) => a - b);
  let { upTo } = gone;
  for (; but.at(-1) === upTo && upTo > 0; upTo--) but.pop();
  return { upTo, but };
}

/** Those that are not gone, ascending, without end. */
export function* ordinalsLeft({ upTo, but }: GoneOrdinals): Generator<number, never> {
  yield* but;
  for (let ordinal = upTo + 1; ; ordinal++) yield ordinal;
}
