import { Controller, Delete, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Text } from '../../../platform/http/request-rules';
import { eventOf } from '../tenant/recorded-events';
import { RevokeKeyCommand } from './revoke-key.handler';

class KeyRevokedAnswer {
  @ClientPart() readonly key!: string;
  @Text({ max: 11, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/keys')
export class RevokeKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @Operation({
    id: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke an API key',
    answer: { status: 200, description: 'The key works no more.', body: KeyRevokedAnswer },
    problems: ['KeyNotFound'],
  })
  async revoke(@Param('id') id: string, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const result = await this.commands.execute(new RevokeKeyCommand(write, id));
    return decisionAnswer(
      result,
      ({ events }, position) => ({ key: eventOf(events, 'KeyRevoked').key, position }),
      200,
    );
  }
}
