/** Why a request was given up: `unavailable`, the same may work later; `refused`, the key is not accepted. */
export class SukiApiFault extends Error {
  override readonly name = 'SukiApiFault';

  constructor(
    readonly kind: 'unavailable' | 'refused',
    message: string,
  ) {
    super(message);
  }
}
