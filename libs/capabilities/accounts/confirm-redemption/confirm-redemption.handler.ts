import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { AccountDraft, Overflowing } from '../account/decide-account';
import {
  RedemptionCommands,
  type FoundRedemption,
  type RedemptionPlace,
} from '../reserve-redemption/redemption-commands';
import type { RedemptionOutcome } from '../reserve-redemption/redemption.answer';
import { confirmDecider, type ConfirmRedemptionRefusal } from './confirm-redemption.decide';

type Result = DecisionResult<Overflowing<ConfirmRedemptionRefusal> | 'OutletUnknown'>;

export class ConfirmRedemptionCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly found: FoundRedemption,
    readonly at: RedemptionPlace,
    readonly occurredAt: number | undefined,
  ) {
    super();
  }
}

@CommandHandler(ConfirmRedemptionCommand)
export class ConfirmRedemptionHandler implements ICommandHandler<ConfirmRedemptionCommand> {
  constructor(private readonly redemptions: RedemptionCommands) {}

  async execute({ write, found, at, occurredAt }: ConfirmRedemptionCommand): Promise<Result> {
    const { data: reserved, reservedAt, shelf } = found;
    const { piece } = reserved;
    const decider = (now: number) =>
      confirmDecider({ reserved, reservedAt, now, ...(occurredAt !== undefined && { occurredAt }) });
    const result = await this.redemptions.continue(write, found, at, decider, (draft) =>
      piece === undefined || hasNoPiece(draft) ? [] : [{ action: 'take', key: shelf.handedOverClaim(piece) }],
    );
    if (result.kind === 'recorded' && piece !== undefined) shelf.isHandedOver(piece);
    return result;
  }
}

/** It had been given back: its claim is somebody else's. */
const hasNoPiece = ({ outcome }: AccountDraft): boolean =>
  (outcome as RedemptionOutcome).flags.includes('stockOverdrawn');
