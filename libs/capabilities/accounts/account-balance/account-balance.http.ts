import { Controller, Get, Param, Query } from '@nestjs/common';
import { instantText } from '../../../kernel/time';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Instant, Many, OneOf, Optional, Text, Whole } from '../../../platform/http/request-rules';
import type { Projecting } from '../../../platform/projections/projection-runner';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { AccountStreams } from '../account/account-streams';
import { cardsOf, heldRewards } from '../account/account-standing';
import { AsOfQuery, asOfIn } from '../account/as-of';
import { customerAccount } from '../account/customer-account';
import { RewardInHand, StampCardStanding, WalletBalance } from '../record-purchase/purchase-answer';
import {
  LAPSES_SHOWN,
  nextLapses,
  reservationsOf,
  walletsOf,
  type HeldReservation,
  type NextLapse,
  type WalletStanding,
} from './account-standing.answer';

export class WalletStandingAnswer extends WalletBalance implements WalletStanding {
  @Whole({ description: 'Available + reserved − debt.' }) readonly balance!: number;
  @Whole() readonly earned!: number;
  @Whole() readonly honoured!: number;
  @Whole() readonly adjustedUp!: number;
  @Whole() readonly spent!: number;
  @Whole() readonly expired!: number;
  @Whole() readonly reversed!: number;
  @Whole() readonly adjustedDown!: number;
  @Whole() readonly paidToDebt!: number;
  @Whole() readonly debtIncurred!: number;
  @Whole() readonly debtForgiven!: number;
}

class ReservationAnswer implements HeldReservation {
  @Text({ max: 64 }) readonly redemptionId!: string;
  @ClientPart() readonly programme!: string;
  @ClientPart() readonly reward!: string;
  @Optional() @ClientPart() readonly wallet?: string;
  @Whole({ description: 'Held for it.' }) readonly points!: number;
  @Optional() @Text({ max: 200 }) readonly issued?: string;
  @Instant({ description: 'Exclusive.' }) readonly reservedUntil!: string;
}

class NextLapseAnswer implements NextLapse {
  @Instant() readonly at!: string;
  @OneOf(['activates', 'expires', 'reservationLapses', 'rewardExpires']) readonly kind!: NextLapse['kind'];
  @ClientPart() readonly programme!: string;
  @Optional() @ClientPart() readonly wallet?: string;
  @Optional() @Whole({ min: 0 }) readonly points?: number;
  @Optional() @ClientPart() readonly reward?: string;
  @Optional() @Text({ max: 200 }) readonly issued?: string;
}

class AccountAnswer {
  @Text({ max: 64 }) readonly customerId!: string;
  @Optional() @Instant({ description: 'Where an instant was asked for: it, inclusive.' }) readonly asOf?: string;
  @Many(() => WalletStandingAnswer, { max: 4096 }) readonly balances!: readonly WalletStandingAnswer[];
  @Many(() => StampCardStanding, { max: 4096 }) readonly cards!: readonly StampCardStanding[];
  @Many(() => RewardInHand, { max: 4096, description: 'Issued, neither used nor reserved.' })
  readonly rewards!: readonly RewardInHand[];
  @Many(() => ReservationAnswer, { max: 4096 }) readonly reservations!: readonly ReservationAnswer[];
  @Many(() => NextLapseAnswer, {
    max: LAPSES_SHOWN,
    description: 'What time alone will do if nothing else happens, in its order: the balance of a day to come.',
  })
  readonly lapses!: readonly NextLapseAnswer[];
}

@Controller('v1/customers/:id/account')
export class AccountBalanceController {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('projecting') private readonly projecting: Projecting,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'getAccount',
    tag: 'Accounts',
    summary: 'What a customer holds, held or will hold',
    description:
      'Told by the ledger itself, so that it is never behind; `position` may be sent and changes nothing. Every wallet ' +
      'of the programmes in force, then what else is held. As of an instant to come, it is what time alone will have ' +
      'made of it.',
    query: AsOfQuery,
    answer: { status: 200, description: 'The account.', body: AccountAnswer },
    problems: ['CustomerNotFound', 'PositionInvalid', 'PositionNotReached'],
  })
  async one(
    @Param('id') id: string,
    @Query() query: AsOfQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<HttpAnswer> {
    const customer = await customerAccount(this.store, tenant, id);
    await reached(this.projecting, query.position);
    const [terms, now] = [this.terms.termsOf(tenant), this.clock()];
    const asOf = asOfIn(query, terms, now);
    const { account, at } = await this.accounts.at(tenant, customer, { asOf, now });
    return answeredByContent({
      customerId: id,
      ...(asOf !== undefined && { asOf: instantText(asOf) }),
      balances: walletsOf(account, terms, at),
      cards: cardsOf(account, terms, at),
      rewards: heldRewards(account),
      reservations: reservationsOf(account),
      lapses: nextLapses(account, terms),
    } satisfies AccountAnswer);
  }
}
