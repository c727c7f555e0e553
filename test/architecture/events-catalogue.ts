import path from 'node:path';
import { declarationsOf, stated } from './declarations';
import { markdownTable } from './markdown-table';
import { filesWithSuffix } from './repository';

/** Every stored event type with its newest version and its one sentence of meaning, stream by stream, facts before decisions. */
export function eventsCatalogue(): string {
  const files = filesWithSuffix('libs/capabilities', '.events.ts');
  const streams = [...new Set(files.map(streamOf))].map((stream) => {
    const facts = (file: string): boolean => path.basename(file) === `${stream}.events.ts`;
    const ofStream = files.filter((file) => streamOf(file) === stream);
    const rows = [...ofStream.filter(facts), ...ofStream.filter((file) => !facts(file))].flatMap(rowsOf);
    return `## Stream \`${stream}\`\n\n${markdownTable(['event', 'version', 'meaning'], rows)}`;
  });
  return ['# Stored events', ...streams].join('\n\n');
}

/** The files of a stream lie in the folder that has its name. */
const streamOf = (file: string): string => path.basename(path.dirname(file));

const rowsOf = (file: string): readonly (readonly string[])[] =>
  declarationsOf(file).flatMap(({ meaning, literals }) => {
    const [type, version] = [literals.get('type'), literals.get('version')];
    return type === undefined || version === undefined ? [] : [[`\`${type}\``, version, stated(type, meaning)]];
  });
