import { streamName } from '../../../kernel/ids';
import type { JsonObject } from '../../../kernel/json';
import { appendNext, MAIN } from '../../../testing/append-request';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { openSimulatedStore } from '../../../testing/temporary-store';
import { ProgrammeDirectory } from './programme-directory';
import { termsAt } from './terms';
import { storedZone } from './zone-table';

const document = programme({ rules: [onePointPer('1.00')] });
const published = (more: object) => ({
  type: 'ProgrammeRevisionPublished',
  version: 1,
  data: { revision: 1, document, ...more } as JsonObject,
});
const activated = { type: 'ProgrammeActivated', version: 1, data: { revision: 1, effectiveFrom: 0, opening: 0 } };

describe('the programmes in memory', () => {
  it.each([
    ['with its zone', { zone: storedZone('Asia/Manila') }],
    ['of before zones were stored', {}],
  ])('are there when they start: a revision %s', async (_, more) => {
    const { store, dispose } = await openSimulatedStore();
    await appendNext(store, streamName('programme', MAIN, 'main'), { events: [published(more), activated] });
    const directory = await ProgrammeDirectory.start(store);
    expect(termsAt(directory.termsOf(MAIN), 0)).toMatchObject([{ programme: 'main', revision: 1 }]);
    await directory.stop();
    await dispose();
  });

  it('do not start on a zone that is not what was published', async () => {
    const { store, dispose } = await openSimulatedStore();
    const zone = { ...storedZone('Asia/Manila'), transitions: [[0, 540]] };
    await appendNext(store, streamName('programme', MAIN, 'main'), { events: [published({ zone })] });
    await expect(ProgrammeDirectory.start(store)).rejects.toThrow(
      'the stored zone Asia/Manila is not what was published',
    );
    await dispose();
  });
});
