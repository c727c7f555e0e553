import Ajv2020 from 'ajv/dist/2020';
import { readdirSync, readFileSync } from 'node:fs';
import { BALANCE_SCHEMAS, EVENT_SCHEMAS } from '../../libs/capabilities/feed/contract-schemas';
import { feedEvent, FEED_CONTRACTS } from '../../libs/capabilities/feed/feed-event';
import { contractSchema, count, listOf, objectOf, optional, orNull, words } from '../../libs/kernel/contract-schema';
import type { RecordedAppend, RecordedEvent } from '../../libs/platform/event-store/event-store';
import { brokenPromises } from './contract-promises';
import { promisedSchemas } from './contracts-catalogue';
import { inRepository } from './repository';

interface Golden {
  readonly stored: Omit<RecordedEvent, 'append'> & { readonly append: Omit<RecordedAppend, 'events'> };
}

const folder = inRepository('test/golden/events');
const goldens = readdirSync(folder).map((file) => {
  const { stored } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Golden;
  const { type, version, data, append } = stored;
  return feedEvent({ ...stored, append: { ...append, events: [{ type, version, data }] } });
});

describe('S.1 what a published event tells', () => {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': instant } });

  it('has a schema for every type, and every type is told by some golden event', () => {
    const types = Object.keys(FEED_CONTRACTS).sort();
    expect(Object.keys(EVENT_SCHEMAS).sort()).toEqual(types);
    expect([...new Set(goldens.flatMap((event) => event?.type ?? []))].sort()).toEqual(types);
  });

  it.each(goldens.flatMap((event) => (event === undefined ? [] : [[event.type, event.data] as const])))(
    '%s is what its schema says, and nothing more',
    (type, data) => {
      const validate = ajv.compile({ ...EVENT_SCHEMAS[type], additionalProperties: false });
      validate(data);
      expect(validate.errors ?? []).toEqual([]);
    },
  );
});

describe('S.1 a promise to whoever reads published events', () => {
  const promised = {
    thing: contractSchema({ id: words, parts: listOf(objectOf({ size: count, note: optional(words) })) }),
  };
  const after = (members: Parameters<typeof contractSchema>[0]) => ({ thing: contractSchema(members) });

  it('is kept by what is published now', () => {
    expect(brokenPromises(promisedSchemas(), { ...EVENT_SCHEMAS, ...BALANCE_SCHEMAS })).toEqual([]);
  });

  it('is kept where a member, or a type, is added', () => {
    const parts = listOf(objectOf({ size: count, note: words, weight: optional(count) }));
    expect(brokenPromises(promised, { ...after({ id: words, parts, more: words }), other: {} })).toEqual([]);
  });

  const part = (members: Parameters<typeof objectOf>[0]) => listOf(objectOf(members));
  it.each([
    ['a type goes', {}, 'thing is published no more'],
    ['a member goes', after({ id: words }), 'thing.parts is gone'],
    [
      'a member may be missing',
      after({ id: optional(words), parts: part({ size: count, note: optional(words) }) }),
      'thing.id is not always there any more',
    ],
    [
      'a member holds something else',
      after({ id: count, parts: part({ size: count, note: words }) }),
      'thing.id is no longer string',
    ],
    [
      'a member may be null',
      after({ id: orNull(words), parts: part({ size: count, note: words }) }),
      'thing.id is no longer string',
    ],
    ['an item loses a member', after({ id: words, parts: part({ size: count }) }), 'thing.parts[].note is gone'],
    [
      'a number may be below 0',
      after({ id: words, parts: part({ size: { schema: { type: 'integer' } }, note: words }) }),
      'thing.parts[].size is no longer of minimum 0',
    ],
  ])('is broken where %s', (_, now, broken) => {
    expect(brokenPromises(promised, now)).toEqual([broken]);
  });
});
