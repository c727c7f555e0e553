import { API_SETTINGS } from '../../apps/api/settings';
import { LOCAL_SETTINGS } from '../../apps/local/settings';
import { PROJECTOR_SETTINGS } from '../../apps/projector/settings';
import { PUBLISHER_SETTINGS } from '../../apps/publisher/settings';
import { SETTINGS_FILE, type SettingGroup } from '../../libs/platform/settings/settings';
import { markdownTable } from './markdown-table';

const PROCESSES: Readonly<Record<string, SettingGroup>> = {
  local: LOCAL_SETTINGS,
  api: API_SETTINGS,
  projector: PROJECTOR_SETTINGS,
  publisher: PUBLISHER_SETTINGS,
};

/** Every setting once, with the processes that have it; twice where one of them can do without. */
export function settingsCatalogue(): string {
  const nameOf = ({ flag, default: value }: SettingGroup[string]): string => `${flag} ${value ?? 'needed'}`;
  const all = Object.values(PROCESSES).flatMap((group) => Object.values(group));
  const settings = new Map(all.map((one) => [nameOf(one), one]));
  const rows = [...settings].map(([name, setting]) => {
    const owners = Object.entries(PROCESSES).filter(([, group]) => Object.values(group).map(nameOf).includes(name));
    return rowOf(setting, owners.map(([owner]) => owner).join(', '));
  });
  const head = ['flag', 'environment', 'processes', 'default', 'meaning'];
  const table = markdownTable(head, [...rows, rowOf(SETTINGS_FILE, 'all')]);
  return `# Settings\n\nA flag wins over the environment, the environment over the settings file.\n\n${table}`;
}

function rowOf({ flag, environment, default: value, meaning }: SettingGroup[string], owners: string): string[] {
  return [`\`${flag}\``, `\`${environment}\``, owners, value === undefined ? 'needed' : value || 'none', meaning];
}
