import { Controller, Get, Param } from '@nestjs/common';
import type { IdentityKind } from '../../../kernel/identity';
import { streamName } from '../../../kernel/ids';
import { instantText } from '../../../kernel/time';
import type { EventStore, RecordedEvent } from '../../../platform/event-store/event-store';
import type { Caller } from '../../../platform/http/caller';
import { answered, type HttpAnswer } from '../../../platform/http/http-answer';
import { problem } from '../../../platform/http/http-problem';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { ClientPart, Instant, LocalDay, Many, OneOf, Optional, Text } from '../../../platform/http/request-rules';
import { isCustomerId } from '../../../platform/identifiers/identifiers';
import type { IdentityVault, PersonalFile } from '../../../platform/keys/identity-vault';
import { Wired } from '../../../platform/wiring/tokens';
import { MAY_SEE_PERSONAL_FIELDS } from '../../tenants';
import type { CustomerEnrolled, PersonalProfile } from '../customer/customer.events';

class CustomerIdentity {
  @OneOf(['card', 'phone', 'email']) readonly kind!: IdentityKind;
  @Optional() @Text({ max: 254 }) readonly value?: string;
}

class CustomerAnswer {
  @ClientPart() readonly customerId!: string;
  @Instant() readonly enrolledAt!: string;
  @Optional() @ClientPart({ description: 'Where, if it is known.' }) readonly outlet?: string;
  @Text({ max: 35, description: 'BCP 47.' }) readonly language!: string;
  @Many(() => CustomerIdentity, { max: 100 }) readonly identities!: readonly CustomerIdentity[];
  @Optional() @Text({ max: 200 }) readonly name?: string;
  @Optional() @LocalDay() readonly birthday?: string;
}

/** Read from the log, so it is there as soon as the enrolment is answered; opened only for who may see it. */
@Controller('v1/customers')
export class CustomerProfileController {
  constructor(
    @Wired('eventStore') private readonly store: EventStore,
    @Wired('identityVault') private readonly vault: IdentityVault,
  ) {}

  @Get(':id')
  @Operation({
    id: 'getCustomer',
    tag: 'Customers',
    summary: 'One customer',
    description: 'Names, birthdays and the values of identities are shown to staff, managers and admins only.',
    answer: { status: 200, description: 'The customer.', body: CustomerAnswer },
    problems: ['CustomerNotFound'],
  })
  async one(@Param('id') id: string, @CurrentCaller() { tenant, role }: Caller): Promise<HttpAnswer> {
    const unknown = problem('CustomerNotFound', 'there is no such customer');
    if (!isCustomerId(id)) throw unknown;
    const recorded = await this.firstEvent(streamName('customer', tenant, id));
    if (recorded === undefined) throw unknown;
    const file = MAY_SEE_PERSONAL_FIELDS.has(role) ? await this.vault.fileOf(tenant, id) : undefined;
    return answered(customerAnswer(recorded, file), recorded.revision);
  }

  private async firstEvent(
    stream: ReturnType<typeof streamName>,
  ): Promise<(RecordedEvent & CustomerEnrolled) | undefined> {
    for await (const [first] of this.store.readStream(stream, { limit: 1 })) {
      // Whose enrolment was lost on its way has nothing there, or what keeps it from arriving late.
      return first?.type === 'CustomerEnrolled' ? (first as RecordedEvent & CustomerEnrolled) : undefined;
    }
    return undefined;
  }
}

function customerAnswer({ data, append }: RecordedEvent & CustomerEnrolled, file?: PersonalFile): CustomerAnswer {
  const { customer, outlet, language } = data;
  const identities = data.identities.map(({ kind, sealed }) => ({
    kind,
    ...(file === undefined ? {} : { value: file.identity(sealed).value }),
  }));
  return {
    customerId: customer,
    enrolledAt: instantText(append.occurredAt),
    ...(outlet === null ? {} : { outlet }),
    language,
    identities,
    ...(file === undefined ? {} : (file.open(data.profile) as PersonalProfile)),
  };
}
