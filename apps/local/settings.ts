import {
  ANNOUNCE_SECONDS,
  HTTP_SETTINGS,
  KAFKA,
  KAFKA_PARTITIONS,
  KAFKA_PREFIX,
  LOG_LEVEL,
} from '../../libs/platform/settings/process-settings';
import { text, yesOrNo, type SettingsOf } from '../../libs/platform/settings/settings';

/** Every setting of the product in one process. */
export const LOCAL_SETTINGS = {
  data: {
    flag: '--data DIR',
    environment: 'SUKI_DATA_DIRECTORY',
    default: '.data',
    meaning: 'Where everything is kept; made when it is missing.',
    read: text,
  },
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
} as const;

export type Settings = SettingsOf<typeof LOCAL_SETTINGS>;
