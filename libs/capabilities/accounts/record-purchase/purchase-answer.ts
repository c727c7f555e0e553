import { streamParts, type LotKey, type ReceiptKey } from '../../../kernel/ids';
import type { RecordedAppend } from '../../../platform/event-store/event-store';
import {
  AnyObject,
  Many,
  Optional,
  Text,
  Texts,
  Whole,
  ClientPart,
  Instant,
} from '../../../platform/http/request-rules';
import { lotId, purchaseId } from '../../../platform/identifiers/identifiers';
import type { AccountEvent, Because, LedgerCorrected, PointsEarned } from '../account/account.events';
import type { Balance, Claimable, PurchaseOutcome } from './record-purchase.answer';

class EarnedPoints {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
  @Text({ max: 64, description: '`lot_…`' }) readonly lot!: string;
  @AnyObject({ description: 'Revision, rule and numbers it rests on.' }) readonly because!: Because;
}

class CorrectedPoints {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole() readonly points!: number;
}

export class WalletBalance implements Balance {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole() readonly available!: number;
  @Whole() readonly pending!: number;
  @Whole() readonly reserved!: number;
  @Whole() readonly debt!: number;
}

class ClaimablePoints implements Claimable {
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly wallet!: string;
  @Whole({ min: 0 }) readonly points!: number;
  @Instant() readonly until!: string;
}

/**
 * The answer to a purchase: all of it comes from the record, so that every repeated answer is the first one again, byte for
 * byte. Stored objects come back with their members sorted, so every object is written anew in one order.
 */
export class PurchaseAnswer {
  @Text({ max: 64, description: '`pur_…`, derived from the receipt.' }) readonly purchaseId!: string;
  @Text({ max: 64, description: '`cus_…`; null for an anonymous purchase.' }) readonly customerId!: string | null;
  @Text({ max: 20, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
  @Many(() => EarnedPoints, { max: 4096 }) readonly earned!: readonly EarnedPoints[];
  @Optional()
  @Many(() => CorrectedPoints, { max: 4096, description: 'Net change by a purchase that came late.' })
  readonly corrected?: readonly CorrectedPoints[];
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly Balance[];
  @Optional() @Many(() => ClaimablePoints, { max: 4096 }) readonly claimable?: readonly Claimable[];
  @Many(() => CorrectedPoints, { max: 0 }) readonly stamps!: readonly never[];
  @Many(() => CorrectedPoints, { max: 0 }) readonly rewardsIssued!: readonly never[];
  @Texts({ max: 64, maxItems: 16 }) readonly flags!: readonly string[];
  @Texts({ max: 256, maxItems: 4096 }) readonly receiptLines!: readonly string[];
}

export function purchaseAnswer(append: RecordedAppend, position: string): PurchaseAnswer {
  const { tenant, stream, commandKey } = append;
  const events = append.events as readonly (RecordedAppend['events'][number] & AccountEvent)[];
  const { balances, claimable, flags, receiptLines } = append.outcome as PurchaseOutcome;
  const { id } = streamParts(stream);
  return {
    purchaseId: purchaseId(tenant, commandKey as ReceiptKey),
    customerId: id.startsWith('cus_') ? id : null,
    position,
    earned: events.filter(isEarned).map(({ data: { programme, wallet, points, lot, because } }) => ({
      programme,
      wallet,
      points,
      lot: lotId(tenant, lot as LotKey),
      because: becauseOf(because),
    })),
    ...correctedOf(events),
    balances: balances.map(balanceOf),
    ...(claimable === undefined ? {} : { claimable: claimable.map(claimableOf) }),
    stamps: [],
    rewardsIssued: [],
    flags,
    receiptLines,
  };
}

const isEarned = (event: AccountEvent): event is PointsEarned => event.type === 'PointsEarned';
const isCorrection = (event: AccountEvent): event is LedgerCorrected => event.type === 'LedgerCorrected';

function correctedOf(events: readonly AccountEvent[]): { corrected?: readonly CorrectedPoints[] } {
  const corrections = events.filter(isCorrection);
  return corrections.length === 0 ? {} : { corrected: corrections.flatMap(({ data }) => data.deltas.map(changeOf)) };
}

const becauseOf = ({ revision, rule, counted, multipliers, exact, runningTotal }: Because): Because => ({
  revision,
  rule,
  counted,
  ...(multipliers === undefined
    ? {}
    : { multipliers: multipliers.map(({ rule: multiplier, factor }) => ({ rule: multiplier, factor })) }),
  exact,
  ...(runningTotal === undefined ? {} : { runningTotal: { before: runningTotal.before, after: runningTotal.after } }),
});

export const balanceOf = ({ programme, wallet, available, pending, reserved, debt }: Balance): Balance => ({
  programme,
  wallet,
  available,
  pending,
  reserved,
  debt,
});

const changeOf = ({ programme, wallet, points }: CorrectedPoints): CorrectedPoints => ({ programme, wallet, points });

const claimableOf = ({ programme, wallet, points, until }: Claimable): Claimable => ({
  programme,
  wallet,
  points,
  until,
});
