import { PROBLEMS } from '../../libs/platform/http/problems';
import { declarationsOf, stated, type Declaration } from './declarations';
import { markdownTable } from './markdown-table';
import { filesWithSuffix } from './repository';

/** Every code the product answers with, and every fault below it: what it means and whether to send the same again. */
export function errorsCatalogue(): string {
  const problems = Object.entries(PROBLEMS).map(([code, { status, title, retryable }]) => [
    `\`${code}\``,
    String(status),
    yesOrNo(retryable),
    title,
  ]);
  const faults = filesWithSuffix('libs/platform', 'faults.ts').flatMap(declarationsOf);
  return [
    '# Errors',
    '## Answers\n\nThe `code` of a problem document never changes its meaning.',
    markdownTable(['code', 'status', 'try again', 'meaning'], problems),
    '## Faults\n\nWhat platform throws when the world fails.',
    markdownTable(
      ['code', 'try again', 'meaning'],
      faults.flatMap((fault) => faultRow(fault, faults)),
    ),
  ].join('\n\n');
}

const yesOrNo = (yes: boolean): string => (yes ? 'yes' : 'no');

/** A fault may leave `retryable` to the abstract class above it, which has no code and no row of its own. */
function faultRow({ name, meaning, literals, parent }: Declaration, faults: readonly Declaration[]): string[][] {
  const code = literals.get('code');
  if (code === undefined) return [];
  const above = faults.find((fault) => fault.name === parent);
  const retryable = literals.get('retryable') ?? above?.literals.get('retryable');
  return [[`\`${code}\``, yesOrNo(retryable === 'true'), stated(name, meaning)]];
}
