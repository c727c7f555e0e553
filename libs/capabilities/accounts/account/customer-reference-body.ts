import { problem } from '../../../platform/http/http-problem';
import { Optional, Text } from '../../../platform/http/request-rules';

export class CustomerReferenceBody {
  @Optional() @Text({ max: 64, description: '`cus_…`' }) readonly id?: string;
  @Optional() @Text({ max: 64 }) readonly card?: string;
  @Optional() @Text({ max: 64 }) readonly phone?: string;
  @Optional() @Text({ max: 254 }) readonly email?: string;
}

/** @throws HttpProblem 400 unless exactly one member is there. */
export function customerReference(body: CustomerReferenceBody): CustomerReferenceBody {
  if (Object.keys(body).length === 1) return body;
  const detail = 'must have exactly one of id, card, phone, email';
  throw problem('InvalidRequest', `/customer ${detail}`, { errors: [{ pointer: '/customer', detail }] });
}
