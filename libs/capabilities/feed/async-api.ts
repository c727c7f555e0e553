import type { JsonObject } from '../../kernel/json';
import { BALANCE_SCHEMAS, EVENT_SCHEMAS } from './contract-schemas';
import { BALANCES_TOPIC, EVENTS_TOPIC } from './published-topics';

const HEADERS: JsonObject = {
  type: 'object',
  description: 'CloudEvents 1.0, Kafka protocol binding, binary mode.',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'content-type', 'ce_position'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', description: 'The same however often it is sent.' },
    ce_source: { type: 'string', description: '/tenants/<tenant>' },
    ce_type: { type: 'string' },
    ce_subject: { type: 'string', description: 'The customer, or what else it is about.' },
    ce_time: { type: 'string', format: 'date-time', description: 'When it was recorded.' },
    'content-type': { type: 'string', const: 'application/json' },
    ce_position: { type: 'string', description: 'Place in the log, a decimal number; increases within a partition.' },
    ce_previous: {
      type: 'string',
      description: 'Position of the record before it in its partition, or none. Not in a compacted topic.',
    },
  },
};

/** The AsyncAPI 3 document of what is published to Kafka. */
export function asyncApiDocument(version: string): JsonObject {
  const channels = {
    events: channelOf(EVENTS_TOPIC, 'What happened, in the order of each customer.', EVENT_SCHEMAS, 'delete'),
    balances: channelOf(BALANCES_TOPIC, 'The newest balances of each customer. Compacted.', BALANCE_SCHEMAS, 'compact'),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Suki',
      version,
      description: 'What Suki publishes to Kafka. Ids only, nothing personal. Members are added, never taken away.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels,
    operations: Object.fromEntries(
      Object.keys(channels).map((name) => [
        `publish-${name}`,
        { action: 'send', channel: { $ref: `#/channels/${name}` } },
      ]),
    ),
    components: {
      messages: { ...messagesOf(EVENT_SCHEMAS), ...messagesOf(BALANCE_SCHEMAS) },
    },
  };
}

function channelOf(
  address: string,
  description: string,
  schemas: Readonly<Record<string, JsonObject>>,
  cleanup: string,
) {
  return {
    address,
    description,
    messages: Object.fromEntries(
      Object.keys(schemas).map((type) => [messageName(type), { $ref: `#/components/messages/${messageName(type)}` }]),
    ),
    bindings: { kafka: { topic: address, topicConfiguration: { 'cleanup.policy': [cleanup] } } },
  };
}

function messagesOf(schemas: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(schemas).map(([type, payload]) => [
      messageName(type),
      {
        name: type,
        contentType: 'application/json',
        headers: HEADERS,
        payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: payload },
        bindings: { kafka: { key: { type: 'string', description: '<tenant>/<customer>, or what else it is about.' } } },
      },
    ]),
  );
}

const messageName = (type: string): string => type.replaceAll('.', '-');
