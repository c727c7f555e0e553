import { Controller, Get, Param, Query } from '@nestjs/common';
import type { EventStore } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { answeredByContent, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { PositionQuery, reached } from '../../../platform/http/read-your-write';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Many, Text } from '../../../platform/http/request-rules';
import type { Projecting } from '../../../platform/projections/projection-runner';
import type { QueryDoor } from '../../../platform/read-store/read-store';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { termsAt, type TermsSource } from '../../programmes';
import { customerAccount } from '../account/customer-account';
import { WalletBalance } from '../record-purchase/purchase-answer';
import { balanceInOrder } from '../record-purchase/record-purchase.answer';
import { balancesOf } from './account-balance.query';

class AccountAnswer {
  @Text({ max: 64 }) readonly customerId!: string;
  @Many(() => WalletBalance, { max: 4096 }) readonly balances!: readonly WalletBalance[];
}

@Controller('v1/customers/:id/account')
export class AccountBalanceController {
  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('projecting') private readonly projecting: Projecting,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  @Get()
  @Operation({
    id: 'getAccount',
    tag: 'Accounts',
    summary: 'What a customer holds',
    description:
      'Balance = available + reserved − debt. Every wallet of the programmes in force, then what else is held.',
    query: PositionQuery,
    answer: { status: 200, description: 'The account.', body: AccountAnswer },
    problems: ['CustomerNotFound', 'PositionInvalid', 'PositionNotReached'],
  })
  async one(
    @Param('id') id: string,
    @Query() { position }: PositionQuery,
    @CurrentCaller() { tenant }: Caller,
  ): Promise<HttpAnswer> {
    const account = await customerAccount(this.store, tenant, id);
    await reached(this.projecting, position);
    const held = await balancesOf(this.query, tenant, account);
    const known = new Map(held.map((row) => [walletKey(row), row]));
    const inForce = termsAt(this.terms.termsOf(tenant), this.clock()).flatMap(({ programme, wallets }) =>
      wallets.map(({ terms }) => known.get(walletKey({ programme, wallet: terms.id })) ?? empty(programme, terms.id)),
    );
    const shown = new Set(inForce.map(walletKey));
    const balances = [...inForce, ...held.filter((row) => !shown.has(walletKey(row)))].map(balanceInOrder);
    return answeredByContent({ customerId: id, balances } satisfies AccountAnswer);
  }
}

const walletKey = ({ programme, wallet }: Pick<WalletBalance, 'programme' | 'wallet'>): string =>
  `${programme}~${wallet}`;

const empty = (programme: string, wallet: string): WalletBalance => ({
  programme,
  wallet,
  available: 0,
  pending: 0,
  reserved: 0,
  debt: 0,
});
