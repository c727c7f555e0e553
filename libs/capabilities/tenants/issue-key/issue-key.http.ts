import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, OneOf, Optional, Text, Texts, YesOrNo } from '../../../platform/http/request-rules';
import { eventOf } from '../tenant/recorded-events';
import { ROLES, type IssuedKey, type Role } from '../tenant/tenant.events';
import { IssueKeyCommand } from './issue-key.handler';

class IssueKeyBody {
  @Text({ max: 100, description: 'For people: what the key is for.' }) readonly name!: string;
  @OneOf(ROLES) readonly role!: Role;
  @Optional()
  @Texts({
    max: 64,
    maxItems: 1000,
    pattern: /^[A-Za-z0-9._-]+$/,
    description: 'The one outlet of a till, the outlets of staff; no other role names any.',
  })
  readonly outlets?: readonly string[];
  @Optional()
  @YesOrNo({ description: 'Only with the role admin: may record purchases with their original dates, however old.' })
  readonly history?: boolean;
}

export class KeyAnswer {
  @ClientPart() readonly key!: string;
  @Text({ max: 100 }) readonly name!: string;
  @OneOf(ROLES) readonly role!: Role;
  @Texts({ max: 64, maxItems: 1000 }) readonly outlets!: readonly string[];
  @YesOrNo() readonly history!: boolean;
}

export const keyAnswer = ({ key, name, role, outlets, history }: IssuedKey): KeyAnswer => ({
  key,
  name,
  role,
  outlets,
  history,
});

class KeyIssuedAnswer extends KeyAnswer {
  @Optional()
  @Text({ max: 48, description: 'In the first answer only: nobody can show it again.' })
  readonly secret?: string;
  @Text({ max: 11, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/keys')
export class IssueKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'issueKey',
    tag: 'Keys',
    summary: 'Issue an API key',
    description: 'The secret is shown once. Where that answer was lost, revoke the key and issue another one.',
    body: IssueKeyBody,
    answer: { status: 201, description: 'The key works from now on.', body: KeyIssuedAnswer },
    problems: ['OutletUnknown', 'KeyNeedsOutlet', 'KeyNeedsNoOutlet', 'HistoryNeedsAdmin'],
  })
  async issue(@Body() body: IssueKeyBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { name, role, outlets = [], history = false } = body;
    const key = { name, role, outlets, history };
    const { result, secret } = await this.commands.execute(new IssueKeyCommand(write, key));
    return decisionAnswer(result, ({ events }, position) => ({
      ...keyAnswer(eventOf(events, 'KeyIssued')),
      ...(secret === undefined ? {} : { secret }),
      position,
    }));
  }
}
