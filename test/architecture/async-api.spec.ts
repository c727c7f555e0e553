import Ajv from 'ajv';
import { schemas } from '@asyncapi/specs';
import { asyncApiDocument } from '../../libs/capabilities/feed/async-api';
import type { JsonObject } from '../../libs/kernel/json';

describe('the AsyncAPI document', () => {
  const validate = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false }).compile(
    schemas['3.0.0'] as JsonObject,
  );
  const document = asyncApiDocument('1.0.0');

  it('is one of AsyncAPI 3.0', () => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would be refused without its title', () => {
    expect(validate({ ...document, info: { version: '1.0.0' } })).toBe(false);
  });
});
