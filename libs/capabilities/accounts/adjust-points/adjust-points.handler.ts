import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import { customerUnknown, forSameCustomer } from '../account/reported-receipt';
import { AccountStreams } from '../account/account-streams';
import type { Overflowing } from '../account/decide-account';
import { adjustDecider, type AdjustPoints, type AdjustPointsRefusal } from './adjust-points.decide';

type Result = DecisionResult<Overflowing<AdjustPointsRefusal> | 'CustomerUnknown'>;

export class AdjustPointsCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly customer: CustomerReference,
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
    const account = (await this.customers.resolve(tenant, customer)) as AccountId | undefined;
    if (account === undefined) return { kind: 'refused', refusal: customerUnknown(customer) };
    const now = this.clock();
    const decider = adjustDecider({ ...adjustment, key: write.idempotencyKey, now });
    return forSameCustomer(await this.accounts.run({ ...keyedIntent(write, now), tenant, account, decider }), account);
  }
}
