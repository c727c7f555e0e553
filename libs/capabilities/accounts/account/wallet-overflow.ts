/** Beyond it a number of points would no longer be exact. */
export const MOST_POINTS = 9_000_000_000_000_000;

/** A wallet would hold more than `MOST_POINTS`. Decisions catch it and refuse; no fact that was accepted brings it about. */
export class WalletOverflow extends Error {
  override readonly name = 'WalletOverflow';

  constructor(readonly wallet: string) {
    super(`wallet ${wallet} would hold more than ${MOST_POINTS} points`);
  }
}
