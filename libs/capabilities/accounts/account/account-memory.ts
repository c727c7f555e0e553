import type { TenantId } from '../../../kernel/ids';
import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import type { Terms } from '../../programmes';
import { accountFromJson, accountToJson, CHECKPOINT_FORM } from './account-checkpoint';
import type { AccountDecision } from './account-decisions.events';
import type { AccountEvent, AccountFactEvent } from './account.events';
import { evolveAccount } from './account.ledger';
import { initialAccount, type Account } from './account.state';
import type { AccountFact } from './effective-order';
import type { AccountHistory } from './record-fact';

/** Accounts are moved by facts alone, under the terms of their tenant; what was decided is derived again, not read. */
export const accountMemory = (termsOf: (tenant: TenantId) => Terms): StreamMemory<Account> => ({
  initial: initialAccount,
  language: CHECKPOINT_FORM,
  evolve: (account, events) =>
    events.reduce((state, recorded) => {
      const fact = factOf(recorded);
      if (fact !== undefined) return evolveAccount(state, fact, termsOf(recorded.append.tenant));
      const through = announcedBy(recorded);
      return through === undefined ? state : { ...state, announced: Math.max(state.announced, through) };
    }, account),
  checkpoint: { toJson: accountToJson, fromJson: accountFromJson },
});

/** The facts among stored events, with their instants, and how far what time alone did has been told. */
export function historyOf(events: readonly RecordedEvent[]): AccountHistory {
  const announced = events.map((event) => announcedBy(event) ?? -Infinity);
  return {
    facts: events.flatMap((event) => factOf(event) ?? []),
    announced: announced.reduce((latest, through) => Math.max(latest, through), -Infinity),
  };
}

function factOf(recorded: RecordedEvent): AccountFact | undefined {
  const event = recorded as RecordedEvent & AccountEvent;
  if (!isFact(event)) return undefined;
  const { occurredAt, effectiveAt, recordedAt } = recorded.append;
  const acts = event.type === 'EntitlementHonoured' ? event.data.effectiveAt : effectiveAt;
  return { event, occurredAt, effectiveAt: acts, recordedAt };
}

function announcedBy(recorded: RecordedEvent): number | undefined {
  const event = recorded as RecordedEvent & AccountDecision;
  return event.type === 'LapsesAnnounced' ? event.data.through : undefined;
}

const FACTS: Readonly<Record<AccountFactEvent['type'], true>> = {
  PurchaseRecorded: true,
  PurchaseReturned: true,
  PurchaseVoided: true,
  PurchaseClaimed: true,
  ActivityRecorded: true,
  RedemptionReserved: true,
  RedemptionConfirmed: true,
  RedemptionReleased: true,
  RedemptionReported: true,
  PointsAdjusted: true,
  EntitlementHonoured: true,
};

const isFact = <Event extends AccountEvent>(event: Event): event is Event & AccountFactEvent =>
  Object.hasOwn(FACTS, event.type);
