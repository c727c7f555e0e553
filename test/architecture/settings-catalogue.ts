import { SETTINGS } from '../../apps/local/settings';
import { markdownTable } from './markdown-table';

export function settingsCatalogue(): string {
  const rows = SETTINGS.map(({ flag, environment, default: value, meaning }) => [
    `\`${flag}\``,
    `\`${environment}\``,
    value,
    meaning,
  ]);
  const head = ['flag of `npm start --`', 'environment', 'default', 'meaning'];
  return `# Settings\n\nA flag wins over the environment.\n\n${markdownTable(head, rows)}`;
}
