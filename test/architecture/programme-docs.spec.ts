import { readFileSync } from 'node:fs';
import { checkProgramme, programmeSchema } from '../../libs/capabilities/programmes';
import { inRepository } from './repository';

describe('the page about programmes', () => {
  const page = readFileSync(inRepository('docs/programmes.md'), 'utf8');
  const example: unknown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');

  it('shows a document that the language accepts, with every field and every kind', () => {
    expect(checkProgramme(example)).toEqual({ kind: 'valid', document: example });
    const used = new Set(wordsIn(example));
    expect([...wordsOf(programmeSchema)].filter((word) => !used.has(word))).toEqual([]);
  });

  it('names every field and every kind in its text', () => {
    const text = page.replace(/```.*?```/gs, '');
    const obvious = new Set(['id', 'name', 'language', 'kind', 'wallet', 'when', 'stampCards', 'caps', 'rewards']);
    const missing = [...wordsOf(programmeSchema)].filter((word) => !text.includes(word) && !obvious.has(word));
    expect(missing).toEqual([]);
  });
});

/** Names of fields and the kinds that a schema allows. */
function wordsOf(schema: unknown): Set<string> {
  const words = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { readonly properties?: Readonly<Record<string, { readonly const?: unknown }>> };
    for (const [name, property] of Object.entries(properties ?? {})) {
      words.add(name);
      if (name === 'kind') words.add(String(property.const));
    }
    Object.values(value).forEach(visit);
  };
  visit(schema);
  return words;
}

function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap(wordsIn)];
}
