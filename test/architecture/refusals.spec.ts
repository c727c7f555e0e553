import { PROBLEMS } from '../../libs/platform/http/problems';
import { textsIn, textUnionsOf } from './declarations';
import { filesWithSuffix } from './repository';

describe('refusals and problems', () => {
  const table = 'libs/platform/http/problems.ts';
  const sources = ['apps', 'libs']
    .flatMap((folder) => filesWithSuffix(folder, '.ts'))
    .filter((file) => !file.endsWith('.spec.ts') && file !== table);

  it('every code a decision refuses with has its status and title', () => {
    const refusals = filesWithSuffix('libs/capabilities', '.decide.ts').flatMap((file) =>
      [...textUnionsOf(file)].filter(([name]) => name.endsWith('Refusal')).flatMap(([, codes]) => codes),
    );
    expect(refusals.filter((code) => !(code in PROBLEMS))).toEqual([]);
  });

  it('every code of the table is answered by somebody', () => {
    const written = new Set(sources.flatMap((file) => [...textsIn(file)]));
    expect(Object.keys(PROBLEMS).filter((code) => !written.has(code))).toEqual([]);
  });
});
