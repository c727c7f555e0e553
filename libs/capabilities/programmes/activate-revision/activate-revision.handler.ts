import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../../kernel/decision';
import { streamParts, type ProgrammeId, type TenantId } from '../../../kernel/ids';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import { ContendedFault } from '../../../platform/decisions/faults';
import type { Claim, EventStore } from '../../../platform/event-store/event-store';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { Wired } from '../../../platform/wiring/tokens';
import { openedKey, openingKey } from '../programme/opening-claims';
import { ProgrammeCommands } from '../programme/programme-commands';
import { ProgrammeDirectory } from '../programme/programme-directory';
import type { ProgrammeEvent } from '../programme/programme.events';
import { activateRevision, type ActivateRevisionRefusal } from './activate-revision.decide';

export class ActivateRevisionCommand extends Command<DecisionResult<ActivateRevisionRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly programme: ProgrammeId,
    readonly revision: number,
    readonly effectiveFrom: number,
  ) {
    super();
  }
}

const MAX_TRIES = 10;

@CommandHandler(ActivateRevisionCommand)
export class ActivateRevisionHandler implements ICommandHandler<ActivateRevisionCommand> {
  constructor(
    private readonly commands: ProgrammeCommands,
    @Inject(ProgrammeDirectory) private readonly directory: ProgrammeDirectory,
    @Wired('eventStore') private readonly store: EventStore,
  ) {}

  async execute(command: ActivateRevisionCommand): Promise<DecisionResult<ActivateRevisionRefusal>> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const result = await this.attempt(command);
      if (result !== 'overtaken') return result;
    }
    throw new ContendedFault(`${command.programme} was overtaken by other opening activations ${MAX_TRIES} times`);
  }

  /** `overtaken`: somebody took the opening we meant to take; what they recorded is known now. */
  private async attempt(
    command: ActivateRevisionCommand,
  ): Promise<DecisionResult<ActivateRevisionRefusal> | 'overtaken'> {
    const { write, programme, revision, effectiveFrom } = command;
    const { tenant } = write.caller;
    const accountsOpened = (await this.store.claimHolder(openedKey(tenant))) !== undefined;
    const openings = this.directory.openingsOf(tenant);
    let overtaken = false;
    const result = await this.commands.run<ActivateRevisionRefusal>(write, programme, {
      decide: (state, now) => activateRevision({ revision, effectiveFrom, now, accountsOpened, openings }, state),
      claims: (events) => events.flatMap((event) => openingClaim(tenant, event)),
      onClaimTaken: () => {
        overtaken = true;
        return refuse('AccountsOpened', 'somebody else was first');
      },
    });
    if (!overtaken) return result;
    await this.learnOpening(tenant, openings);
    return 'overtaken';
  }

  /** Either the accounts were opened, which the next try asks for, or another activation will be seen in a moment. */
  private async learnOpening(tenant: TenantId, opening: number): Promise<void> {
    const holder = await this.store.claimHolder(openingKey(tenant, opening));
    if (holder === undefined || streamParts(holder.stream).category !== 'programme') return;
    const append = await this.store.readAppend(holder.stream, holder.firstRevision);
    if (append !== undefined) await this.directory.waitFor(append.position, 2_000);
  }
}

function openingClaim(tenant: TenantId, event: ProgrammeEvent): Claim[] {
  if (event.type !== 'ProgrammeActivated' || event.data.opening === null) return [];
  return [{ action: 'take', key: openingKey(tenant, event.data.opening) }];
}
