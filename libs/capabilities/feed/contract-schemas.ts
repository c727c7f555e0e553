import { contractSchema, listOf, objectOf, whole, words, type ContractMembers } from '../../kernel/contract-schema';
import type { JsonObject } from '../../kernel/json';
import { ACCOUNT_MEMBERS } from '../accounts';
import { CUSTOMER_MEMBERS } from '../customers';
import { PROGRAMME_MEMBERS } from '../programmes';
import { BALANCES_TYPE } from './published-topics';

const EVENT_MEMBERS: Readonly<Record<string, ContractMembers>> = {
  ...ACCOUNT_MEMBERS,
  ...CUSTOMER_MEMBERS,
  ...PROGRAMME_MEMBERS,
};

const BALANCES: ContractMembers = {
  customerId: words,
  balances: listOf(
    objectOf({
      programme: words,
      wallet: words,
      balance: whole,
      available: whole,
      reserved: whole,
      pending: whole,
      debt: whole,
    }),
  ),
};

const schemasOf = (members: Readonly<Record<string, ContractMembers>>): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(Object.entries(members).map(([type, each]) => [type, contractSchema(each)]));

/** JSON Schema (2020-12) of the data of each published type, by topic. */
export const EVENT_SCHEMAS = schemasOf(EVENT_MEMBERS);
export const BALANCE_SCHEMAS = schemasOf({ [BALANCES_TYPE]: BALANCES });
