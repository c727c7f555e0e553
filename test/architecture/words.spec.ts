import { readFileSync } from 'node:fs';
import { CATALOGUES } from '../../libs/kernel/words/words';
import { filesWithSuffix, inRepository } from './repository';

describe('the catalogue of words', () => {
  it('has no message that nothing tells', () => {
    const sources = filesWithSuffix('libs', '.ts')
      .filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('libs/kernel/words/'))
      .map((file) => readFileSync(inRepository(file), 'utf8'))
      .filter((source) => /\bsay\(/.test(source))
      .join('\n');
    expect(Object.keys(CATALOGUES.en).filter((key) => !sources.includes(`'${key}'`))).toEqual([]);
  });
});
