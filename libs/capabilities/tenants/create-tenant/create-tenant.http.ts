import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { TenantId } from '../../../kernel/ids';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { ClientPart, Optional, Text } from '../../../platform/http/request-rules';
import { FIRST_TENANT } from '../permissions';
import { eventOf } from '../tenant/recorded-events';
import { CreateTenantCommand } from './create-tenant.handler';

class CreateTenantBody {
  @Text({ max: 32, pattern: /^[a-z0-9]+$/, example: 'harbour' }) readonly tenant!: string;
}

class TenantCreatedAnswer {
  @Text({ max: 32 }) readonly tenant!: string;
  @ClientPart({ description: 'The key of its first admin.' }) readonly key!: string;
  @Optional()
  @Text({ max: 48, description: 'In the first answer only: nobody can show it again.' })
  readonly secret?: string;
  @Text({ max: 11, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/tenants')
export class CreateTenantController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'createTenant',
    tag: 'Tenants',
    summary: 'Create a tenant with the key of its first admin',
    description: 'For admins of the tenant main only. The new tenant holds no programme and no outlet.',
    body: CreateTenantBody,
    answer: { status: 201, description: 'The tenant is there.', body: TenantCreatedAnswer },
    problems: ['Forbidden', 'TenantExists'],
  })
  async create(@Body() body: CreateTenantBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    if (write.caller.tenant !== FIRST_TENANT) throw problem('Forbidden', 'only an admin of main makes tenants');
    const tenant = body.tenant as TenantId;
    const { result, secret } = await this.commands.execute(new CreateTenantCommand(write, tenant));
    return decisionAnswer(result, ({ events }, position) => ({
      tenant: eventOf(events, 'TenantCreated').tenant,
      key: eventOf(events, 'KeyIssued').key,
      ...(secret === undefined ? {} : { secret }),
      position,
    }));
  }
}
