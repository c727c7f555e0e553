import type {
  AccountFactEvent,
  Purchase,
  Redemption,
  Return,
} from '../../capabilities/accounts/account/account.events';
import type { ProgrammeDocument } from '../../capabilities/programmes/language/programme-document';

/** A fact as it was accepted; instants in milliseconds. The order of an array of them has no meaning. */
export interface ModelFact {
  readonly event: AccountFactEvent;
  readonly occurredAt: number;
  readonly effectiveAt: number;
  readonly recordedAt: number;
}

/** The revisions of a programme with the instants they are in force from; revision n is the n-th. */
export interface ModelProgramme {
  readonly programme: string;
  readonly revisions: readonly { readonly from: number; readonly document: ProgrammeDocument }[];
}

/** Where something stands in the order of S4. */
export interface Place {
  readonly at: number;
  readonly rank: number;
  readonly names: readonly string[];
}

export interface TermsInForce {
  readonly revision: number;
  readonly document: ProgrammeDocument;
}

/** Of two revisions from one instant on, the later one counts. */
export function termsAt({ revisions }: ModelProgramme, at: number): TermsInForce | undefined {
  let found: (TermsInForce & { from: number }) | undefined;
  revisions.forEach(({ from, document }, index) => {
    if (from <= at && (found === undefined || from >= found.from)) found = { from, revision: index + 1, document };
  });
  return found;
}

const RANK = { purchase: 7, claim: 8, activity: 9, return: 10, adjustment: 11, redemption: 14 };

export function comparePlaces(a: Place, b: Place): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.rank !== b.rank) return a.rank - b.rank;
  const length = Math.max(a.names.length, b.names.length);
  for (let index = 0; index < length; index++) {
    const order = Buffer.compare(Buffer.from(a.names[index] ?? ''), Buffer.from(b.names[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

export const purchasePlace = (
  { outlet, till, receipt, receiptKey }: Purchase,
  at: number,
  claimed: boolean,
): Place => ({
  at,
  rank: claimed ? RANK.claim : RANK.purchase,
  names: [outlet, till, receipt, receiptKey],
});

export const returnPlace = ({ outlet, till, receipt, receiptKey }: Return, at: number): Place => ({
  at,
  rank: RANK.return,
  names: [outlet, till, receipt, receiptKey],
});

/** A void gives its purchase's rewards and points back when it is told; the purchase itself is gone from its own time on. */
export const voidPlace = (outlet: string, till: string, key: string, at: number): Place => ({
  at,
  rank: RANK.return,
  names: [outlet, till, key],
});

export const activityPlace = (outlet: string | undefined, key: string, at: number): Place => ({
  at,
  rank: RANK.activity,
  names: [outlet ?? '', '', key],
});

export const adjustmentPlace = (key: string, at: number): Place => ({
  at,
  rank: RANK.adjustment,
  names: ['', '', key],
});

export const redemptionPlace = ({ outlet, till, redemption }: Redemption, at: number): Place => ({
  at,
  rank: RANK.redemption,
  names: [outlet ?? '', till ?? '', redemption],
});

/** At the instant of its reservation, or said to be before it, an end comes right after it. */
export function endPlace(redemption: string, at: number, reserved: Place): Place {
  if (at <= reserved.at) return { ...reserved, names: [...reserved.names, 'end'] };
  return { at, rank: 13, names: ['', '', redemption] };
}
