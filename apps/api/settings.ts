import {
  ANNOUNCE_SECONDS,
  HTTP_SETTINGS,
  KEY_STORE,
  MASTER_KEY_FILE,
  SERVER_SETTINGS,
  WEBHOOKS_ALLOW_PRIVATE,
} from '../../libs/platform/settings/process-settings';
import { text, type SettingsOf } from '../../libs/platform/settings/settings';

export const API_SETTINGS = {
  ...SERVER_SETTINGS,
  keyStore: KEY_STORE,
  masterKeyFile: MASTER_KEY_FILE,
  ...HTTP_SETTINGS,
  announceSeconds: ANNOUNCE_SECONDS,
  webhooksAllowPrivate: WEBHOOKS_ALLOW_PRIVATE,
  scratch: {
    flag: '--scratch DIR',
    environment: 'SUKI_SCRATCH',
    default: '',
    meaning: 'Where this process alone keeps states of accounts, which may be deleted; without it in memory.',
    read: text,
  },
  adminKeyFile: {
    flag: '--admin-key-file FILE',
    environment: 'SUKI_ADMIN_KEY_FILE',
    default: '',
    meaning:
      'Makes the tenant `main` where it is missing, with an admin whose key is in this file, made when it is missing. For one of the processes.',
    read: text,
  },
} as const;

export type ApiSettings = SettingsOf<typeof API_SETTINGS>;
