import {
  ANNOUNCE_SECONDS,
  EVENT_STORE,
  HTTP_SETTINGS,
  KAFKA,
  KAFKA_PARTITIONS,
  KAFKA_PREFIX,
  LOG_LEVEL,
  READ_STORE,
  WEBHOOKS_ALLOW_PRIVATE,
} from '../../libs/platform/settings/process-settings';
import { text, whole, yesOrNo, type Setting, type SettingsOf } from '../../libs/platform/settings/settings';

const ESDB_SETTINGS = {
  esdbPort: {
    flag: '--esdb-port N',
    environment: 'SUKI_ESDB_PORT',
    default: '',
    meaning: 'Port on 127.0.0.1 at which the log answers the EventStoreDB protocol; 0 takes any that is free.',
    read: (value) => (value === '' ? undefined : whole(65_535, 0)(value)),
  } satisfies Setting<number | undefined>,
  esdbWritable: {
    flag: '--esdb-writable',
    environment: 'SUKI_ESDB_WRITABLE',
    default: 'false',
    meaning: 'Whether appends may come in through that port: for tests and for copying logs.',
    read: yesOrNo,
  },
} as const;

const ON_SERVERS = 'on servers run apps/api, apps/projector and apps/publisher';

/** The same variables as on servers, for who sets them everywhere; one process keeps all of it in files. */
const STORE_SETTINGS = {
  eventStore: {
    ...EVENT_STORE,
    default: '',
    read: (value) => {
      if (value === '') return undefined;
      const place = EVENT_STORE.read(value);
      if (place.kind === 'embedded') return place.directory;
      throw new Error(`is embedded:DIR for one process, another name of --data; ${ON_SERVERS}`);
    },
  } satisfies Setting<string | undefined>,
  readStore: {
    ...READ_STORE,
    default: '',
    read: (value) => {
      if (value === '') return undefined;
      const place = READ_STORE.read(value);
      if (place.kind === 'sqlite') return place.file;
      throw new Error(`is sqlite:FILE for one process (DIR/read.db without it); ${ON_SERVERS}`);
    },
  } satisfies Setting<string | undefined>,
} as const;

/** Every setting of the product in one process. */
export const LOCAL_SETTINGS = {
  data: {
    flag: '--data DIR',
    environment: 'SUKI_DATA_DIRECTORY',
    default: '.data',
    meaning: 'Where everything is kept; made when it is missing.',
    read: text,
  },
  ...STORE_SETTINGS,
  ...HTTP_SETTINGS,
  demo: {
    flag: '--no-demo',
    environment: 'SUKI_DEMO',
    default: 'true',
    meaning: 'Whether an empty store gets a small demo shop.',
    read: yesOrNo,
  },
  logLevel: LOG_LEVEL,
  announceSeconds: ANNOUNCE_SECONDS,
  kafka: KAFKA,
  kafkaPartitions: KAFKA_PARTITIONS,
  kafkaPrefix: KAFKA_PREFIX,
  webhooksAllowPrivate: WEBHOOKS_ALLOW_PRIVATE,
  ...ESDB_SETTINGS,
} as const;

export type Settings = SettingsOf<typeof LOCAL_SETTINGS>;
