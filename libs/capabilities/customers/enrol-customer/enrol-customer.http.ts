import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { streamParts } from '../../../kernel/ids';
import { decisionAnswer, type HttpAnswer } from '../../../platform/http/http-answer';
import { Keyed, type KeyedWrite } from '../../../platform/http/keyed-write';
import { Operation } from '../../../platform/http/operation';
import { requireOutlet } from '../../../platform/http/outlet-access';
import { ClientPart, LocalDay, Optional, Text } from '../../../platform/http/request-rules';
import { identitiesIn } from '../customer/identities';
import { EnrolCustomerCommand } from './enrol-customer.handler';

class EnrolCustomerBody {
  @Optional() @Text({ max: 64, example: '9001' }) readonly card?: string;
  @Optional()
  @Text({ max: 32, description: 'With + and the country code.', example: '+63 917 555 0101' })
  readonly phone?: string;
  @Optional() @Text({ max: 254, example: 'ana@example.org' }) readonly email?: string;
  @Optional() @Text({ max: 200 }) readonly name?: string;
  @Optional() @LocalDay() readonly birthday?: string;
  @Optional()
  @Text({ max: 35, pattern: /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, description: 'BCP 47; English when absent.' })
  readonly language?: string;
  @Optional()
  @ClientPart({ description: 'Where it happens; the outlet of the key where it has only one.' })
  readonly outlet?: string;
}

class CustomerEnrolledAnswer {
  @ClientPart() readonly customerId!: string;
  @Text({ max: 11, description: 'Opaque; a read may wait for it.' }) readonly position!: string;
}

@Controller('v1/customers')
export class EnrolCustomerController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Operation({
    id: 'enrolCustomer',
    tag: 'Customers',
    summary: 'Enrol a customer',
    description:
      'By a card, a phone number or an e-mail address, or several of them. What is personal is stored encrypted.',
    body: EnrolCustomerBody,
    answer: { status: 201, description: 'The customer is enrolled.', body: CustomerEnrolledAnswer },
    problems: ['IdentityRequired', 'IdentityMalformed', 'IdentityTaken', 'OutletUnknown', 'OutletNotYours'],
  })
  async enrol(@Body() body: EnrolCustomerBody, @Keyed() write: KeyedWrite): Promise<HttpAnswer> {
    const { name, birthday, language = 'en' } = body;
    const { outlets } = write.caller;
    const outlet = body.outlet ?? (outlets.length === 1 ? outlets[0] : undefined) ?? null;
    if (outlet !== null) requireOutlet(write.caller, outlet);
    const profile = { ...(name === undefined ? {} : { name }), ...(birthday === undefined ? {} : { birthday }) };
    const enrolment = { identities: identitiesIn(body), profile, outlet, language };
    const result = await this.commands.execute(new EnrolCustomerCommand(write, enrolment));
    return decisionAnswer(result, ({ stream }, position) => ({ customerId: streamParts(stream).id, position }));
  }
}
