import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BEGINNING, type EventStore } from '../../../platform/event-store/event-store';
import { decisionAnswer, positionOf, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Optional, Text, YesOrNo } from '../../../platform/http/request-rules';
import { Wired } from '../../../platform/wiring/tokens';
import { idIn, POSITION } from '../webhook/webhook-answer';
import type { Replay } from '../webhook/webhook.events';
import { ReplayDeliveriesCommand } from './replay-deliveries.handler';

class ReplayDeliveriesBody {
  @Optional()
  @YesOrNo({
    description: '`true`: what was given up. It leaves the dead letters, and comes back where it fails again.',
  })
  readonly deadLetters?: boolean;
  @Optional()
  @Text({ min: 0, max: 11, description: 'A `position` of the feed: what comes after it. Empty: from the beginning.' })
  readonly after?: string;
  @Optional()
  @Text({ max: 11, description: 'With `after`: up to this position; to the end of the log as it is now unless said.' })
  readonly until?: string;
}

class ReplayRequestedAnswer {
  @ClientPart() readonly webhook!: string;
  @Text(POSITION) readonly position!: string;
}

@Controller('v1/webhooks')
export class ReplayDeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    @Wired('eventStore') private readonly store: EventStore,
  ) {}

  @Post(':id/replay')
  @Operation({
    id: 'replayWebhook',
    tag: 'Webhooks',
    summary: 'Deliver once more',
    description:
      'A part of the log (`after`, `until`) or the dead letters. Every event keeps its `webhook-id` and carries ' +
      '`suki-replay: true`, so that a receiver leaves out what it has. A range takes the place of one that is under way.',
    body: ReplayDeliveriesBody,
    answer: { status: 200, description: 'It is delivered beside what is new.', body: ReplayRequestedAnswer },
    problems: ['WebhookNotFound', 'WebhookNotActive', 'PositionInvalid'],
  })
  async replay(
    @Param('id') id: string,
    @Body() body: ReplayDeliveriesBody,
    @Keyed() write: KeyedWrite,
  ): Promise<HttpAnswer> {
    const replay = await this.replayIn(body);
    const result = await this.commands.execute(new ReplayDeliveriesCommand(write, id, replay));
    return decisionAnswer(result, (append, position) => ({ webhook: idIn(append), position }), 200);
  }

  private async replayIn({ deadLetters = false, after, until }: ReplayDeliveriesBody): Promise<Replay> {
    if (deadLetters === (after !== undefined) || (until !== undefined && after === undefined)) {
      throw problem('InvalidRequest', 'name either a position (`after`, and `until` if you like) or `deadLetters`');
    }
    if (after === undefined) return { kind: 'deadLetters' };
    const end = await this.store.endPosition();
    const range = {
      after: after === '' ? BEGINNING : positionIn(after, '/after', end),
      until: until === undefined ? end : positionIn(until, '/until', end),
    };
    return { kind: 'range', ...range };
  }
}

function positionIn(text: string, pointer: string, end: number): number {
  const position = positionOf(text);
  if (position !== undefined && position <= end) return position;
  const detail = 'send a position as the feed or a delivery gave it';
  throw problem('PositionInvalid', detail, { errors: [{ pointer, detail }] });
}
