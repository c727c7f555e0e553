import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisionResult } from '../../../platform/decisions/decision-types';
import type { KeyedWrite } from '../../../platform/http/keyed-write';
import { WebhookCommands } from '../webhook/webhook-commands';
import type { Replay } from '../webhook/webhook.events';
import { replayDeliveries, type ReplayDeliveriesRefusal } from './replay-deliveries.decide';

export class ReplayDeliveriesCommand extends Command<DecisionResult<ReplayDeliveriesRefusal>> {
  constructor(
    readonly write: KeyedWrite,
    readonly webhook: string,
    readonly replay: Replay,
  ) {
    super();
  }
}

@CommandHandler(ReplayDeliveriesCommand)
export class ReplayDeliveriesHandler implements ICommandHandler<ReplayDeliveriesCommand> {
  constructor(private readonly commands: WebhookCommands) {}

  execute({ write, webhook, replay }: ReplayDeliveriesCommand): Promise<DecisionResult<ReplayDeliveriesRefusal>> {
    return this.commands.run(write, webhook, (state) => replayDeliveries(replay, state));
  }
}
