import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { assert } from '../../../kernel/defect';
import { streamName, streamParts, type CustomerId } from '../../../kernel/ids';
import type { DecisionResult, Intent } from '../../../platform/decisions/decision-types';
import { recordedBefore, runDecision } from '../../../platform/decisions/run-decision';
import { StreamSessions } from '../../../platform/decisions/stream-sessions';
import type { ClaimHolder, EventStore } from '../../../platform/event-store/event-store';
import { keyedIntent, type KeyedWrite } from '../../../platform/http/keyed-write';
import { newCustomerId } from '../../../platform/identifiers/identifiers';
import type { IdentityVault, PersonalFile } from '../../../platform/keys/identity-vault';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import type { OutletSource } from '../../tenants';
import { customerMemory } from '../customer/customer-memory';
import { evolveCustomer, type Customer } from '../customer/customer.state';
import {
  checkEnrolment,
  enrolCustomer,
  identityTaken,
  type Enrolment,
  type EnrolCustomerRefusal,
} from './enrol-customer.decide';

type Result = DecisionResult<EnrolCustomerRefusal>;

export class EnrolCustomerCommand extends Command<Result> {
  constructor(
    readonly write: KeyedWrite,
    readonly enrolment: Enrolment,
  ) {
    super();
  }
}

/**
 * Everything personal is sealed under a key of the new person, which is kept before anything else. So is the command's
 * fingerprint: a plain hash in the log would let anybody try names and numbers against it, for ever.
 */
@CommandHandler(EnrolCustomerCommand)
export class EnrolCustomerHandler implements ICommandHandler<EnrolCustomerCommand> {
  private readonly sessions: StreamSessions<Customer>;

  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('clock') private readonly clock: Clock,
    @Wired('identityVault') private readonly vault: IdentityVault,
    @Wired('outlets') private readonly outlets: OutletSource,
  ) {
    // Every enrolment has a stream of its own: nothing is worth remembering.
    this.sessions = new StreamSessions(store, customerMemory, { maxStreams: 0 });
  }

  async execute(command: EnrolCustomerCommand): Promise<Result> {
    const { write, enrolment } = command;
    const { tenant } = write.caller;
    const { claimKey } = keyedIntent(write, 0);
    const holder = await this.store.claimHolder(claimKey);
    if (holder !== undefined) return this.answerAgain(write, claimKey, holder);
    const outletKnown = enrolment.outlet !== null && this.outlets.outlet(tenant, enrolment.outlet) !== undefined;
    const refusal = checkEnrolment(enrolment, outletKnown);
    if (refusal !== undefined) return { kind: 'refused', refusal };
    const now = this.clock();
    const file = await this.vault.openFile(tenant, newCustomerId(now));
    const result = await runDecision(this.sessions, intentOf(command, file, now));
    // Sent several times at once: another one was first, under the key of the person it enrolled.
    return result.kind === 'differentBody' ? this.answerAgain(write, claimKey, result.holder) : result;
  }

  private async answerAgain(write: KeyedWrite, claimKey: string, holder: ClaimHolder): Promise<Result> {
    const fingerprint = await this.fingerprintFor(write, holder);
    const earlier = await recordedBefore(this.store, claimKey, fingerprint);
    assert(earlier !== undefined, `the claim ${claimKey} was held a moment ago`);
    return earlier;
  }

  /** Nobody can tell bodies apart after erasure: then the command counts as the same. */
  private async fingerprintFor({ fingerprint, caller }: KeyedWrite, holder: ClaimHolder): Promise<string> {
    const { category, id } = streamParts(holder.stream);
    if (category !== 'customer') return fingerprint;
    const file = await this.vault.fileOf(caller.tenant, id as CustomerId);
    return file?.fingerprint(fingerprint) ?? holder.fingerprint ?? fingerprint;
  }
}

function intentOf(
  { write, enrolment }: EnrolCustomerCommand,
  file: PersonalFile,
  now: number,
): Intent<Customer, EnrolCustomerRefusal> {
  const { profile, outlet, language, identities } = enrolment;
  const sealed = identities.map((identity) => file.claim(identity));
  const { customer } = file;
  const { facts } = enrolCustomer({
    customer,
    profile: file.seal({ ...profile }),
    identities: sealed.map(({ kind, sealed: text }) => ({ kind, sealed: text })),
    outlet,
    language,
  });
  return {
    ...keyedIntent(write, now),
    fingerprint: file.fingerprint(write.fingerprint),
    stream: streamName('customer', write.caller.tenant, customer),
    decide: (state) => ({
      kind: 'draft',
      events: facts,
      claims: sealed.map(({ claim }) => claim),
      occurredAt: now,
      effectiveAt: now,
      outcome: null,
      next: facts.reduce(evolveCustomer, state),
    }),
    onClaimTaken: (key) => identityTaken(key.split('/')[1] ?? 'identity'),
  };
}
