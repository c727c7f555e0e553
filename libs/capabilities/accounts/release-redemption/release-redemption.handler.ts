import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { Overflowing } from '../account/decide-account';
import {
  RedemptionCommands,
  type FoundRedemption,
  type RedemptionPlace,
} from '../reserve-redemption/redemption-commands';
import { releaseDecider, type ReleaseRedemptionRefusal } from './release-redemption.decide';

type Result = DecisionResult<Overflowing<ReleaseRedemptionRefusal> | 'OutletUnknown'>;

export class ReleaseRedemptionCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly found: FoundRedemption,
    readonly at: RedemptionPlace,
    readonly occurredAt: number | undefined,
  ) {
    super();
  }
}

@CommandHandler(ReleaseRedemptionCommand)
export class ReleaseRedemptionHandler implements ICommandHandler<ReleaseRedemptionCommand> {
  constructor(private readonly redemptions: RedemptionCommands) {}

  async execute({ write, found, at, occurredAt }: ReleaseRedemptionCommand): Promise<Result> {
    const { data: reserved, shelf } = found;
    const { piece } = reserved;
    const decider = (now: number) =>
      releaseDecider({ reserved, now, of: 'held', ...(occurredAt !== undefined && { occurredAt }) });
    const result = await this.redemptions.continue(write, found, at, decider, () =>
      piece === undefined ? [] : [{ action: 'release', key: shelf.claimOf(piece) }],
    );
    if (result.kind === 'recorded' && !result.replayed && piece !== undefined) shelf.putBack(piece);
    return result;
  }
}
