// The customers' door: who is meant by a card, a phone number, an e-mail address or an id.
export type { CustomerEvent } from './customer/customer.events';
export type { CustomerReference, CustomerSource } from './customer/customer-source';
export {
  CUSTOMER_CONTRACTS,
  CUSTOMER_MEMBERS,
  customerContract,
  type CustomerContract,
} from './customer/customer.contract';
