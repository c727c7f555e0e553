import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../../kernel/decision';
import type { AccountId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerSource } from '../../customers';
import { AccountStreams } from '../account/account-streams';
import type { Overflowing } from '../account/decide-account';
import { adjustDecider, type AdjustPoints, type AdjustPointsRefusal } from './adjust-points.decide';

type Result = DecisionResult<Overflowing<AdjustPointsRefusal> | 'CustomerUnknown'>;

export class AdjustPointsCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly customer: string,
    readonly adjustment: Omit<AdjustPoints, 'key' | 'now'>,
  ) {
    super();
  }
}

@CommandHandler(AdjustPointsCommand)
export class AdjustPointsHandler implements ICommandHandler<AdjustPointsCommand> {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('clock') private readonly clock: Clock,
    @Wired('customers') private readonly customers: CustomerSource,
  ) {}

  async execute({ write, customer, adjustment }: AdjustPointsCommand): Promise<Result> {
    const { tenant } = write.caller;
    const account = await this.customers.resolve(tenant, { id: customer });
    if (account === undefined) {
      const detail = 'Nobody is known by this id.';
      return { kind: 'refused', refusal: refuse('CustomerUnknown', detail, [{ pointer: '/customer', detail }]) };
    }
    const now = this.clock();
    const decider = adjustDecider({ ...adjustment, key: write.idempotencyKey, now });
    return this.accounts.run({ ...keyedIntent(write, now), tenant, account: account as string as AccountId, decider });
  }
}
