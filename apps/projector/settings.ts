import { SERVER_SETTINGS, STATUS_PORT } from '../../libs/platform/settings/process-settings';
import type { SettingsOf } from '../../libs/platform/settings/settings';

export const PROJECTOR_SETTINGS = { ...SERVER_SETTINGS, statusPort: STATUS_PORT } as const;

export type ProjectorSettings = SettingsOf<typeof PROJECTOR_SETTINGS>;
