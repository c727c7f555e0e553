import type { JsonObject } from '../../kernel/json';
import { requestMembers, type RequestClass } from './request-rules';

/** Says how a nested class is written: in place, or as a reference that somebody else resolves. */
export type NestedSchema = (nested: RequestClass) => JsonObject;

/** The JSON Schema (2020-12) of a request class: the one converter behind the compiled check and the OpenAPI document. */
export function jsonSchemaOf(requestClass: RequestClass, nestedSchema: NestedSchema = jsonSchemaOf): JsonObject {
  const members = requestMembers(requestClass);
  const properties: Record<string, JsonObject> = {};
  for (const { name, schema, nested, list } of members) {
    if (nested === undefined) properties[name] = schema;
    else if (list === true) properties[name] = { ...schema, items: nestedSchema(nested()) };
    else properties[name] = { ...schema, ...nestedSchema(nested()) };
  }
  const required = members.filter((member) => !member.optional).map((member) => member.name);
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties,
  };
}
