/** JSON values as they are stored and sent. Numbers are finite; objects have no prototype tricks (the HTTP edge refuses them). */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}
