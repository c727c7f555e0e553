import type { Contract, ContractContext } from '../../../kernel/contract';
import { instant, orNull, words, type ContractMembers } from '../../../kernel/contract-schema';
import type { CustomerEvent } from './customer.events';

export type CustomerContract = Contract<'loyalty.customer.enrolled.v1'>;

/** Which stored events of a customer leave, by the contract that tells of them. */
export const CUSTOMER_CONTRACTS: Readonly<Record<CustomerContract['type'], CustomerEvent['type']>> = {
  'loyalty.customer.enrolled.v1': 'CustomerEnrolled',
};

export const CUSTOMER_MEMBERS: Readonly<Record<CustomerContract['type'], ContractMembers>> = {
  'loyalty.customer.enrolled.v1': { customerId: words, occurredAt: instant, outlet: orNull(words), language: words },
};

export const customerContract = ({ data }: CustomerEvent, { occurredAt }: ContractContext): CustomerContract => ({
  type: 'loyalty.customer.enrolled.v1',
  data: { customerId: data.customer, occurredAt, outlet: data.outlet, language: data.language },
});
