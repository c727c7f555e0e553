import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import type { Refusal } from '../../../kernel/decision';
import { streamName, type AccountId, type TenantId } from '../../../kernel/ids';
import { DEFAULT_LANGUAGE, type Language } from '../../../kernel/words/language';
import type { CheckpointStore } from '../../../platform/decisions/checkpoint-store';
import type { DecisionResult, Draft, Intent } from '../../../platform/decisions/decision-types';
import { inSlices } from '../../../platform/decisions/in-slices';
import { runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { Claim, EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import { Wired } from '../../../platform/wiring/tokens';
import type { TermsSource } from '../../programmes';
import type { OutletSource } from '../../tenants';
import { announceLapses, type AnnounceLapses, type NothingToAnnounce } from '../announce-lapses/announce-lapses.decide';
import { accountMemory, historyOf } from './account-memory';
import { accountAt, foldAccount } from './account.ledger';
import type { Account } from './account.state';
import { decideInOrder, decideOnHistory, NEEDS_HISTORY } from './decide-account';
import type { AccountDecider, AccountDraft, Overflowing } from './decide-account';
import { decidedAt } from './effective-order';
import type { AccountFact } from './effective-order';
import { OpenedTenants } from './opened-tenants';
import type { AccountHistory } from './record-fact';

/** A command on its way to one account. */
export type AccountIntent<Code extends string> = Pick<
  Intent<Account, Code>,
  'commandKey' | 'claimKey' | 'fingerprint' | 'actor' | 'correlationId' | 'causationId' | 'now'
> & {
  readonly tenant: TenantId;
  readonly account: AccountId;
  readonly decider: AccountDecider<Code>;
  /** Outlet in whose language the receipt is; left out, that of the actor. */
  readonly printedAt?: string;
  /** Claims beside the command's own; `history`: facts the account holds already, where the decision was asked with them. */
  claims?(draft: AccountDraft, history?: readonly AccountFact[]): readonly Claim[];
  /** One of them was held by somebody else: refuse, or decide anew. */
  onClaimTaken?: Intent<Account, Code>['onClaimTaken'];
};

export interface AskedAt {
  /** An instant, what acts at it included; left out, now. */
  readonly asOf?: number | undefined;
  readonly now: number;
}

export interface AccountAt {
  readonly at: number;
  readonly account: Account;
}

/** Commands to accounts, and what they hold: all slices share the sessions, so that the commands of one account wait for each other. */
@Injectable()
export class AccountStreams {
  private readonly sessions: StreamSessions<Account>;
  private readonly opened: OpenedTenants;

  constructor(
    @Wired('eventStore') readonly store: EventStore,
    @Wired('checkpoints') checkpoints: CheckpointStore,
    @Wired('terms') private readonly terms: TermsSource,
    @Wired('outlets') private readonly outlets: OutletSource,
  ) {
    const memory = accountMemory((tenant) => this.terms.termsOf(tenant));
    this.sessions = new StreamSessions(store, memory, { checkpoints });
    this.opened = new OpenedTenants(store, terms);
  }

  async run<Code extends string>(intent: AccountIntent<Code>): Promise<DecisionResult<Overflowing<Code>>> {
    const { tenant, account, decider, printedAt, claims, onClaimTaken, ...command } = intent;
    const language = this.languageAt(tenant, printedAt ?? command.actor.outlet);
    await this.opened.learn(tenant);
    const claimed = (draft: AccountDraft, history?: readonly AccountFact[]): Draft<Account> => ({
      ...draft,
      claims: [...this.opened.claimsOf(tenant), ...(claims?.(draft, history) ?? [])],
    });
    return runDecision<Account, Overflowing<Code>>(this.sessions, {
      ...command,
      stream: streamName('account', tenant, account),
      decide: (state) => {
        const decision = decideInOrder(decider, state, this.terms.termsOf(tenant), language);
        return decision.kind === 'draft' ? claimed(decision) : decision;
      },
      decideOnHistory: (_state, events) => this.onHistory(intent, historyOf(events), language, claimed),
      onClaimTaken: (key, holder) =>
        this.opened.isOpening(tenant, key) ? this.opened.learnFrom(tenant, holder) : onClaimTaken?.(key, holder),
    });
  }

  /** Tells what has come due by time alone; a command like any other, of the product's own. */
  announce(tenant: TenantId, account: AccountId, lapses: AnnounceLapses): Promise<DecisionResult<NothingToAnnounce>> {
    const commandKey = `lapses~${account}~${lapses.now}`;
    const drafted = (state: Account) => {
      const decided = announceLapses(lapses, state, this.terms.termsOf(tenant));
      if (decided.kind === 'refused') return decided;
      const { events, next } = decided;
      const instants = { occurredAt: lapses.now, effectiveAt: next.announced };
      return { kind: 'draft' as const, events, claims: [], ...instants, outcome: null, next };
    };
    const terms = this.terms.termsOf(tenant);
    return runDecision<Account, NothingToAnnounce>(this.sessions, {
      stream: streamName('account', tenant, account),
      commandKey,
      claimKey: `${tenant}/${commandKey}`,
      fingerprint: sha256(commandKey),
      actor: { key: 'scheduler', role: 'system' },
      correlationId: commandKey,
      causationId: null,
      now: lapses.now,
      decide: (state) => (state.behind ? NEEDS_HISTORY : drafted(state)),
      decideOnHistory: function* (_state, events) {
        const { facts, announced } = historyOf(events);
        const { account: whole } = yield* foldAccount(facts, terms);
        return drafted({ ...whole, announced });
      },
    });
  }

  /** What a command would record if it were sent now from an outlet; nothing is stored. */
  async foresee<Code extends string>(
    tenant: TenantId,
    account: AccountId,
    decider: AccountDecider<Code>,
    outlet: string,
  ): Promise<AccountDraft | Refusal<Overflowing<Code>>> {
    const terms = this.terms.termsOf(tenant);
    const language = this.languageAt(tenant, outlet);
    const decision = decideInOrder(decider, await this.read(tenant, account), terms, language);
    if (decision.kind !== 'needsHistory') return decision;
    return inSlices(decideOnHistory(decider, await this.history(tenant, account), terms, sha256, language));
  }

  /** The account after its newest fact; `accountAt` tells what time alone has made of it since. */
  async read(tenant: TenantId, account: AccountId): Promise<Account> {
    const known = await this.sessions.of(streamName('account', tenant, account)).read();
    if (!known.behind) return known;
    const { facts, announced } = await this.history(tenant, account);
    const ledger = await inSlices(foldAccount(facts, this.terms.termsOf(tenant)));
    return { ...ledger.account, announced };
  }

  /**
   * The account as it was, is or will be, by all that is known today. Asked for `now` it is told at its newest fact where a
   * till's clock has put that later (S3).
   */
  async at(tenant: TenantId, account: AccountId, asked: AskedAt): Promise<AccountAt> {
    const known = await this.read(tenant, account);
    const at = asked.asOf ?? decidedAt(asked.now, known.newest);
    const terms = this.terms.termsOf(tenant);
    if (at >= (known.newest?.effectiveAt ?? at) && at < known.settlesAt) {
      return { at, account: accountAt(known, at, terms) };
    }
    const { facts } = await this.history(tenant, account);
    return { at, account: (await inSlices(foldAccount(facts, terms, { asOf: at }))).account };
  }

  /** Every fact of the account, and how far what time alone did has been told. */
  async history(tenant: TenantId, account: AccountId): Promise<AccountHistory> {
    const events: RecordedEvent[] = [];
    for await (const batch of this.store.readStream(streamName('account', tenant, account))) events.push(...batch);
    return historyOf(events);
  }

  private languageAt(tenant: TenantId, outlet: string | undefined): Language {
    return (outlet === undefined ? undefined : this.outlets.outlet(tenant, outlet)?.language) ?? DEFAULT_LANGUAGE;
  }

  private *onHistory<Code extends string>(
    { decider, tenant }: AccountIntent<Code>,
    history: ReturnType<typeof historyOf>,
    language: Language,
    claimed: (draft: AccountDraft, history: readonly AccountFact[]) => Draft<Account>,
  ) {
    const decision = yield* decideOnHistory(decider, history, this.terms.termsOf(tenant), sha256, language);
    return decision.kind === 'draft' ? claimed(decision, history.facts) : decision;
  }
}

export const sha256 = (text: string): string => hash('sha256', text, 'hex');
