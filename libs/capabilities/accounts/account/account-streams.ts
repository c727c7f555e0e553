import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { streamName, type AccountId, type TenantId } from '../../../kernel/ids';
import type { CheckpointStore } from '../../../platform/decisions/checkpoint-store';
import type { DecisionResult, Draft, Intent } from '../../../platform/decisions/decision-types';
import { runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { Claim, EventStore } from '../../../platform/event-store/event-store';
import { Wired } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import { accountMemory, historyOf } from './account-memory';
import type { Account } from './account.state';
import { decideInOrder, decideOnHistory } from './decide-account';
import type { AccountDecider, AccountDraft, Overflowing } from './decide-account';
import { OpenedTenants } from './opened-tenants';

/** A command on its way to one account. */
export type AccountIntent<Code extends string> = Pick<
  Intent<Account, Code>,
  'commandKey' | 'claimKey' | 'fingerprint' | 'actor' | 'correlationId' | 'causationId' | 'now'
> & {
  readonly tenant: TenantId;
  readonly account: AccountId;
  readonly decider: AccountDecider<Code>;
  /** Claims beside the command's own. */
  claims?(draft: AccountDraft): readonly Claim[];
  /** One of them was held by somebody else: refuse, or decide anew. */
  onClaimTaken?: Intent<Account, Code>['onClaimTaken'];
};

/** Commands to accounts: all slices share the sessions, so that the commands of one account wait for each other. */
@Injectable()
export class AccountStreams {
  private readonly sessions: StreamSessions<Account>;
  private readonly opened: OpenedTenants;

  constructor(
    @Wired('eventStore') readonly store: EventStore,
    @Wired('checkpoints') checkpoints: CheckpointStore,
    @Wired('terms') private readonly terms: TermsSource,
  ) {
    const memory = accountMemory((tenant) => this.terms.termsOf(tenant));
    this.sessions = new StreamSessions(store, memory, { checkpoints });
    this.opened = new OpenedTenants(store, terms);
  }

  async run<Code extends string>(intent: AccountIntent<Code>): Promise<DecisionResult<Overflowing<Code>>> {
    const { tenant, account, decider, claims, onClaimTaken, ...command } = intent;
    await this.opened.learn(tenant);
    const claimed = (draft: AccountDraft): Draft<Account> => ({
      ...draft,
      claims: [...this.opened.claimsOf(tenant), ...(claims?.(draft) ?? [])],
    });
    return runDecision<Account, Overflowing<Code>>(this.sessions, {
      ...command,
      stream: streamName('account', tenant, account),
      decide: (state) => {
        const decision = decideInOrder(decider, state, this.terms.termsOf(tenant));
        return decision.kind === 'draft' ? claimed(decision) : decision;
      },
      decideOnHistory: (_state, events) => this.onHistory(intent, historyOf(events), claimed),
      onClaimTaken: (key, holder) =>
        this.opened.isOpening(tenant, key) ? this.opened.learnFrom(tenant, holder) : onClaimTaken?.(key, holder),
    });
  }

  private *onHistory<Code extends string>(
    { decider, tenant }: AccountIntent<Code>,
    history: ReturnType<typeof historyOf>,
    claimed: (draft: AccountDraft) => Draft<Account>,
  ) {
    const decision = yield* decideOnHistory(decider, history, this.terms.termsOf(tenant), sha256);
    return decision.kind === 'draft' ? claimed(decision) : decision;
  }
}

export const sha256 = (text: string): string => hash('sha256', text, 'hex');
