import { readFileSync } from 'node:fs';
import { checkProgramme } from '../../libs/capabilities/programmes';
import { inRepository } from './repository';

describe('the page about programmes', () => {
  it('shows a document that the language accepts, with a rule of every kind', () => {
    const page = readFileSync(inRepository('docs/programmes.md'), 'utf8');
    const example: unknown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');
    const checked = checkProgramme(example);
    if (checked.kind !== 'valid') throw new Error(JSON.stringify(checked));
    const kinds = new Set(checked.document.rules.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['exclusion', 'multiplier', 'perAmount', 'perItem', 'perVisit']);
  });
});
