import type { TenantId } from '../../../kernel/ids';
import type { StreamMemory } from '../../../platform/decisions/decision-types';
import type { RecordedEvent } from '../../../platform/event-store/event-store';
import { LANGUAGE_VERSION, type Terms } from '../../programmes';
import type { AccountFactEvent } from './account.events';
import { evolveAccount, type AccountFact } from './account.ledger';
import { accountFromJson, accountToJson, initialAccount, type Account } from './account.state';

/** Accounts are moved by facts alone, under the terms of their tenant; what was decided is derived again, not read. */
export const accountMemory = (termsOf: (tenant: TenantId) => Terms): StreamMemory<Account> => ({
  initial: initialAccount,
  language: LANGUAGE_VERSION,
  evolve: (account, events) =>
    events.reduce((state, event) => {
      const fact = factOf(event);
      return fact === undefined ? state : evolveAccount(state, fact, termsOf(event.append.tenant));
    }, account),
  checkpoint: { toJson: accountToJson, fromJson: accountFromJson },
});

/** The facts among stored events, with their instants. */
export const factsOf = (events: readonly RecordedEvent[]): readonly AccountFact[] =>
  events.flatMap((event) => factOf(event) ?? []);

function factOf(recorded: RecordedEvent): AccountFact | undefined {
  if (recorded.type !== 'PurchaseRecorded') return undefined;
  const { occurredAt, effectiveAt } = recorded.append;
  return { event: recorded as RecordedEvent & AccountFactEvent, occurredAt, effectiveAt };
}
