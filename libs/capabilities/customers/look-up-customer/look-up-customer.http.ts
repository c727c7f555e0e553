import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { IDENTITY_FORMS, normaliseIdentity } from '../../../kernel/identity';
import type { Caller } from '../../../platform/http/caller';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Optional, Text } from '../../../platform/http/request-rules';
import { CustomerFinder } from '../customer/customer-finder';
import { identitiesIn } from '../customer/identities';

class LookUpCustomerBody {
  @Optional() @Text({ max: 64, example: '9001' }) readonly card?: string;
  @Optional()
  @Text({ max: 32, description: 'With + and the country code.', example: '+63 917 555 0101' })
  readonly phone?: string;
  @Optional() @Text({ max: 254, example: 'ana@example.org' }) readonly email?: string;
}

class CustomerFound {
  @ClientPart() readonly customerId!: string;
}

@Controller('v1/customers/lookup')
export class LookUpCustomerController {
  constructor(private readonly finder: CustomerFinder) {}

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'lookUpCustomer',
    tag: 'Customers',
    summary: 'Find a customer by card, phone number or e-mail address',
    description: 'Send exactly one. A body and not an address, because addresses end up in logs.',
    body: LookUpCustomerBody,
    repeat: 'none',
    answer: { status: 200, description: 'Who it is.', body: CustomerFound },
    problems: ['InvalidRequest', 'IdentityMalformed', 'CustomerUnknown'],
  })
  async lookUp(@Body() body: LookUpCustomerBody, @CurrentCaller() { tenant }: Caller): Promise<CustomerFound> {
    const [identity, ...more] = identitiesIn(body);
    if (identity === undefined || more.length > 0) throw problem('InvalidRequest', 'send one of card, phone and email');
    const { kind } = identity;
    if (normaliseIdentity(identity) === undefined) {
      const detail = IDENTITY_FORMS[kind];
      throw problem('IdentityMalformed', detail, { errors: [{ pointer: `/${kind}`, detail }] });
    }
    const customerId = await this.finder.resolve(tenant, body);
    if (customerId === undefined) {
      const detail = `Nobody is known by this ${kind}; enrol first, then send it again.`;
      throw problem('CustomerUnknown', detail, { errors: [{ pointer: `/${kind}`, detail }] });
    }
    return { customerId };
  }
}
