import { brokersOf } from '../kafka/kafka-cluster';
import { oneOf, SettingFault, text, whole, yesOrNo, type Setting } from './settings';

/** Settings that several processes have, each with one meaning. */
export const LOG_LEVEL: Setting<string> = {
  flag: '--log-level LEVEL',
  environment: 'SUKI_LOG_LEVEL',
  default: 'warn',
  meaning: 'fatal, error, warn, info, debug or silent: what is written to stderr.',
  read: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent'),
};

export const HTTP_SETTINGS = {
  port: {
    flag: '--port N',
    environment: 'SUKI_PORT',
    default: '3000',
    meaning: 'Port on 127.0.0.1; 0 takes any that is free.',
    read: whole(65_535, 0),
  },
  requestsPerSecond: {
    flag: '--requests-per-second N',
    environment: 'SUKI_REQUESTS_PER_SECOND',
    default: '50000',
    meaning: 'What one API key may send, all of it at once if it likes. Beyond it 429.',
    read: whole(1_000_000),
  },
  inFlight: {
    flag: '--in-flight N',
    environment: 'SUKI_IN_FLIGHT',
    default: '2048',
    meaning: 'Requests in work at once. Beyond it 503.',
    read: whole(100_000),
  },
  streams: {
    flag: '--streams N',
    environment: 'SUKI_STREAMS',
    default: '256',
    meaning: 'Readers of the feed at once. Beyond it 503.',
    read: whole(100_000),
  },
} as const satisfies Readonly<Record<string, Setting<number>>>;

export const ANNOUNCE_SECONDS: Setting<number> = {
  flag: '--announce-seconds N',
  environment: 'SUKI_ANNOUNCE_SECONDS',
  default: '60',
  meaning: 'How often what time alone did to accounts is told to the feed and the read models; 0 is never.',
  read: whole(86_400, 0),
};

/** Where the log is. */
export type EventStorePlace =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'eventStoreDb'; readonly address: string };

/** Where the read models are. */
export type ReadStorePlace =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

export const EVENT_STORE: Setting<EventStorePlace> = {
  flag: '--event-store PLACE',
  environment: 'SUKI_EVENT_STORE',
  default: undefined,
  meaning: 'The log: embedded:DIR, or esdb://… with credentials and TLS in it.',
  read(value) {
    if (/^(esdb|kurrentdb)(\+discover)?:\/\/./.test(value)) return { kind: 'eventStoreDb', address: value };
    if (/^embedded:./.test(value)) return { kind: 'embedded', directory: value.slice('embedded:'.length) };
    throw new Error('is embedded:DIR or esdb://…');
  },
};

export const READ_STORE: Setting<ReadStorePlace> = {
  flag: '--read-store PLACE',
  environment: 'SUKI_READ_STORE',
  default: undefined,
  meaning: 'The read models: sqlite:FILE, or postgres://… with credentials and TLS in it.',
  read(value) {
    if (/^postgres(ql)?:\/\/./.test(value)) return { kind: 'postgres', url: value };
    if (/^sqlite:./.test(value)) return { kind: 'sqlite', file: value.slice('sqlite:'.length) };
    throw new Error('is sqlite:FILE or postgres://…');
  },
};

export const KEY_STORE: Setting<string> = {
  flag: '--key-store URL',
  environment: 'SUKI_KEY_STORE',
  default: '',
  meaning:
    'Keys of persons and of the API, which must be backed up: postgres://…; without it the database of the read models.',
  read(value) {
    if (value === '' || /^postgres(ql)?:\/\/./.test(value)) return value;
    throw new Error('is postgres://…');
  },
};

export const MASTER_KEY_FILE: Setting<string> = {
  flag: '--master-key-file FILE',
  environment: 'SUKI_MASTER_KEY_FILE',
  default: undefined,
  meaning: 'Wraps the keys in PostgreSQL: 64 hex digits, readable by its owner only (openssl rand -hex 32).',
  read: text,
};

export const KAFKA: Setting<string> = {
  flag: '--kafka BROKERS',
  environment: 'SUKI_KAFKA',
  default: '',
  meaning: 'host:port of brokers, separated by commas, to which events and balances are published; none without it.',
  read(value) {
    if (value !== '') brokersOf(value);
    return value;
  },
};

export const KAFKA_PARTITIONS: Setting<number> = {
  flag: '--kafka-partitions N',
  environment: 'SUKI_KAFKA_PARTITIONS',
  default: '12',
  meaning: 'Partitions of each topic, fixed when it is made.',
  read: whole(10_000),
};

export const KAFKA_PREFIX: Setting<string> = {
  flag: '--kafka-prefix TEXT',
  environment: 'SUKI_KAFKA_PREFIX',
  default: '',
  meaning: 'Stands before the names of the topics, where several products share a cluster.',
  read(value) {
    if (/^[A-Za-z0-9._-]{0,100}$/.test(value)) return value;
    throw new Error('is up to 100 of A-Z a-z 0-9 . _ -');
  },
};

export const WEBHOOKS_ALLOW_PRIVATE: Setting<boolean> = {
  flag: '--webhooks-allow-private',
  environment: 'SUKI_WEBHOOKS_ALLOW_PRIVATE',
  default: 'false',
  meaning:
    'Whether webhooks may lead to private, loopback and link-local addresses, without TLS and to any port. Every process needs the same.',
  read: yesOrNo,
};

/** Where the servers are that several processes share. */
export const SERVER_SETTINGS = { eventStore: EVENT_STORE, readStore: READ_STORE, logLevel: LOG_LEVEL };

/** Throws `SettingFault` where one of them is a file of one process. */
export function sharedServers({
  eventStore,
  readStore,
}: {
  readonly eventStore: EventStorePlace;
  readonly readStore: ReadStorePlace;
}): { readonly eventStoreDb: string; readonly postgres: string } {
  if (eventStore.kind !== 'eventStoreDb' || readStore.kind !== 'postgres') {
    throw new SettingFault(
      'several processes share servers: SUKI_EVENT_STORE is esdb://… and SUKI_READ_STORE is postgres://… ' +
        '(npm start runs everything in one process on files)',
    );
  }
  return { eventStoreDb: eventStore.address, postgres: readStore.url };
}

export const STATUS_PORT: Setting<number> = {
  flag: '--status-port N',
  environment: 'SUKI_STATUS_PORT',
  default: '0',
  meaning: 'Port on 127.0.0.1 for /health/live, /health/ready and /metrics; 0 takes any that is free.',
  read: whole(65_535, 0),
};
