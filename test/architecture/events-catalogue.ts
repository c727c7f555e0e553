import path from 'node:path';
import { declarationsOf, stated } from './declarations';
import { markdownTable } from './markdown-table';
import { filesWithSuffix } from './repository';

/** Every stored event type with its newest version and its one sentence of meaning, stream by stream. */
export function eventsCatalogue(): string {
  const streams = filesWithSuffix('libs/capabilities', '.events.ts').map((file) => {
    const rows = declarationsOf(file).flatMap(({ meaning, literals }) => {
      const [type, version] = [literals.get('type'), literals.get('version')];
      return type === undefined || version === undefined ? [] : [[`\`${type}\``, version, stated(type, meaning)]];
    });
    return `## Stream \`${path.basename(file, '.events.ts')}\`\n\n${markdownTable(['event', 'version', 'meaning'], rows)}`;
  });
  return ['# Stored events', ...streams].join('\n\n');
}
