import {
  KAFKA,
  KAFKA_PARTITIONS,
  KAFKA_PREFIX,
  SERVER_SETTINGS,
  STATUS_PORT,
} from '../../libs/platform/settings/process-settings';
import type { SettingsOf } from '../../libs/platform/settings/settings';

export const PUBLISHER_SETTINGS = {
  ...SERVER_SETTINGS,
  statusPort: STATUS_PORT,
  kafka: KAFKA,
  kafkaPartitions: KAFKA_PARTITIONS,
  kafkaPrefix: KAFKA_PREFIX,
} as const;

export type PublisherSettings = SettingsOf<typeof PUBLISHER_SETTINGS>;
