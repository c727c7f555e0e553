import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RewardKey } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import type { Overflowing } from '../account/decide-account';
import {
  RedemptionCommands,
  type NewRedemption,
  type NewRedemptionRefusal,
} from '../reserve-redemption/redemption-commands';
import { reportDecider, type ReportRedemptionRefusal } from './report-redemption.decide';

type Result = DecisionResult<Overflowing<ReportRedemptionRefusal> | NewRedemptionRefusal>;

export class ReportRedemptionCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly request: NewRedemption,
    readonly issued: RewardKey | undefined,
    readonly occurredAt: number,
  ) {
    super();
  }
}

@CommandHandler(ReportRedemptionCommand)
export class ReportRedemptionHandler implements ICommandHandler<ReportRedemptionCommand> {
  constructor(private readonly redemptions: RedemptionCommands) {}

  execute({ write, request, issued, occurredAt }: ReportRedemptionCommand): Promise<Result> {
    const { outlet, till, reward } = request;
    const source = write.caller.history ? 'import' : 'till';
    return this.redemptions.begin<ReportRedemptionRefusal>(write, request, true, (attempt) =>
      reportDecider({
        ...attempt,
        outlet,
        till,
        reward,
        ...(issued !== undefined && { issued }),
        source,
        occurredAt,
      }),
    );
  }
}
