import type { JsonObject } from './json';

/** What a member of a published event holds, as JSON Schema 2020-12. Members that are not always there are marked. */
export interface ContractMember {
  readonly schema: JsonObject;
  readonly optional?: true;
}

/** Everything a published event tells, member by member. */
export type ContractMembers = Readonly<Record<string, ContractMember>>;

export const words: ContractMember = { schema: { type: 'string' } };
export const instant: ContractMember = { schema: { type: 'string', format: 'date-time' } };
export const whole: ContractMember = { schema: { type: 'integer' } };
export const fraction: ContractMember = { schema: { type: 'number' } };
export const count: ContractMember = { schema: { type: 'integer', minimum: 0 } };
export const listOf = ({ schema }: ContractMember): ContractMember => ({ schema: { type: 'array', items: schema } });
export const objectOf = (members: ContractMembers): ContractMember => ({ schema: contractSchema(members) });
/** Open ended: whoever reads it must take a value it does not know. */
export const oneOfAtLeast = (...known: readonly string[]): ContractMember => ({
  schema: { type: 'string', description: `Among others ${known.join(', ')}.` },
});
export const optional = (member: ContractMember): ContractMember => ({ ...member, optional: true });
export const orNull = ({ schema }: ContractMember): ContractMember => ({
  schema: { ...schema, type: [schema['type'] ?? 'string', 'null'] },
});

/** The schema of the whole: what is sent has these members and no others, which readers must not rely on. */
export function contractSchema(members: ContractMembers): JsonObject {
  const names = Object.entries(members);
  return {
    type: 'object',
    required: names.filter(([, { optional: maybe }]) => maybe !== true).map(([name]) => name),
    properties: Object.fromEntries(names.map(([name, { schema }]) => [name, schema])),
  };
}
