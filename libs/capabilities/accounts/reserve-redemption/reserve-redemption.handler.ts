import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RewardKey } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { Overflowing } from '../account/decide-account';
import { RedemptionCommands, type NewRedemption, type NewRedemptionRefusal } from './redemption-commands';
import { reserveDecider, type ReserveRedemptionRefusal } from './reserve-redemption.decide';

type Result = DecisionResult<Overflowing<ReserveRedemptionRefusal> | NewRedemptionRefusal>;

export class ReserveRedemptionCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly request: NewRedemption,
    readonly issued: RewardKey | undefined,
    readonly occurredAt: number | undefined,
  ) {
    super();
  }
}

@CommandHandler(ReserveRedemptionCommand)
export class ReserveRedemptionHandler implements ICommandHandler<ReserveRedemptionCommand> {
  constructor(private readonly redemptions: RedemptionCommands) {}

  execute({ write, request, issued, occurredAt }: ReserveRedemptionCommand): Promise<Result> {
    const { outlet, till, reward } = request;
    return this.redemptions.begin<ReserveRedemptionRefusal>(write, request, false, (attempt) =>
      reserveDecider({
        ...attempt,
        outlet,
        till,
        reward,
        ...(issued !== undefined && { issued }),
        ...(occurredAt !== undefined && { occurredAt }),
      }),
    );
  }
}
