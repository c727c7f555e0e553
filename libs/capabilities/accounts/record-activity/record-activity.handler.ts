import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../../kernel/decision';
import type { AccountId, TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { CustomerReference, CustomerSource } from '../../customers';
import { termsAt, type TermsSource } from '../../programmes';
import type { OutletSource } from '../../tenants';
import { customerUnknown, forSameCustomer } from '../account/reported-receipt';
import { AccountStreams } from '../account/account-streams';
import type { ActivityRecorded } from '../account/account.events';
import type { Overflowing } from '../account/decide-account';
import { offsetMinutesAt } from '../account/outlet-clock';
import { activityDecider } from './record-activity.decide';

/** An activity as reported; the rest is stamped here. */
export type ReportedActivity = Pick<ActivityRecorded['data'], 'activity' | 'outlet' | 'channel'>;

export type ActivityRefusal = 'OutletUnknown' | 'CustomerUnknown';

export class RecordActivityCommand extends Command<DecisionResult<Overflowing<ActivityRefusal>>> {
  constructor(
    readonly write: KeyedWrite,
    readonly customer: CustomerReference,
    readonly activity: ReportedActivity,
    readonly occurredAt: number,
  ) {
    super();
  }
}

@CommandHandler(RecordActivityCommand)
export class RecordActivityHandler implements ICommandHandler<RecordActivityCommand> {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('clock') private readonly clock: Clock,
    @Wired('outlets') private readonly outlets: OutletSource,
    @Wired('customers') private readonly customers: CustomerSource,
    @Wired('terms') private readonly terms: TermsSource,
  ) {}

  async execute(command: RecordActivityCommand): Promise<DecisionResult<Overflowing<ActivityRefusal>>> {
    const { write, customer, activity, occurredAt } = command;
    const { tenant, history } = write.caller;
    const { outlet } = activity;
    const timeZone = this.timeZoneOf(tenant, outlet, occurredAt);
    if (timeZone === undefined) return refused('OutletUnknown', `There is no outlet ${outlet}.`, '/outlet');
    const account = (await this.customers.resolve(tenant, customer)) as AccountId | undefined;
    if (account === undefined) return { kind: 'refused', refusal: customerUnknown(customer) };
    const now = this.clock();
    const stamped = {
      ...activity,
      key: write.idempotencyKey,
      offsetMinutes: offsetMinutesAt(timeZone, occurredAt),
      source: history ? ('import' as const) : ('till' as const),
    };
    const intent = keyedIntent(write, now);
    const result = await this.accounts.run<never>({
      ...intent,
      actor: { ...intent.actor, ...(outlet !== undefined && { outlet }) },
      tenant,
      account,
      decider: activityDecider({ activity: stamped, occurredAt, now }),
    });
    return forSameCustomer(result, account);
  }

  /** The outlet's; without one that of the first programme in force. Undefined for an outlet nobody knows. */
  private timeZoneOf(tenant: TenantId, outlet: string | undefined, at: number): string | undefined {
    if (outlet !== undefined) return this.outlets.outlet(tenant, outlet)?.timeZone;
    return termsAt(this.terms.termsOf(tenant), at)[0]?.document.timeZone ?? 'UTC';
  }
}

function refused(code: ActivityRefusal, detail: string, pointer: string): DecisionResult<ActivityRefusal> {
  return { kind: 'refused', refusal: refuse(code, detail, [{ pointer, detail }]) };
}
