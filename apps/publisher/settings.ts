import {
  KAFKA,
  KAFKA_PARTITIONS,
  KAFKA_PREFIX,
  KEY_STORE,
  MASTER_KEY_FILE,
  SERVER_SETTINGS,
  STATUS_PORT,
  WEBHOOKS_ALLOW_PRIVATE,
} from '../../libs/platform/settings/process-settings';
import type { SettingsOf } from '../../libs/platform/settings/settings';

export const PUBLISHER_SETTINGS = {
  ...SERVER_SETTINGS,
  statusPort: STATUS_PORT,
  kafka: KAFKA,
  kafkaPartitions: KAFKA_PARTITIONS,
  kafkaPrefix: KAFKA_PREFIX,
  keyStore: KEY_STORE,
  masterKeyFile: {
    ...MASTER_KEY_FILE,
    default: '',
    meaning: 'Of the API processes, by which webhooks are signed; without it this process delivers none.',
  },
  webhooksAllowPrivate: WEBHOOKS_ALLOW_PRIVATE,
} as const;

export type PublisherSettings = SettingsOf<typeof PUBLISHER_SETTINGS>;
