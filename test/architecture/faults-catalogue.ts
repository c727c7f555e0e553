import { declarationsOf, stated } from './declarations';
import { markdownTable } from './markdown-table';
import { filesWithSuffix } from './repository';

/** Every fault that platform throws: the world failed, and whether trying again may help. */
export function faultsCatalogue(): string {
  const rows = filesWithSuffix('libs/platform', 'faults.ts')
    .flatMap(declarationsOf)
    .flatMap(({ meaning, literals }) => {
      const [code, retryable] = [literals.get('code'), literals.get('retryable')];
      return code === undefined || retryable === undefined
        ? []
        : [[`\`${code}\``, retryable === 'true' ? 'yes' : 'no', stated(code, meaning)]];
    });
  return `# Faults\n\n${markdownTable(['code', 'try again', 'meaning'], rows)}`;
}
