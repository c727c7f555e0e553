import type { CheckpointStore } from '../platform/decisions/checkpoint-store';
import { tallyStream } from './tally';

export interface CheckpointStoreFixture {
  readonly checkpoints: CheckpointStore;
  /** Closes it and opens the same one again. */
  reopen(): Promise<CheckpointStore>;
  remove(): Promise<void>;
}

/** What every checkpoint store promises. */
export function checkpointStoreContract(name: string, begin: () => Promise<CheckpointStoreFixture>): void {
  describe(`${name} as a checkpoint store`, () => {
    let fixture: CheckpointStoreFixture;
    beforeEach(async () => {
      fixture = await begin();
    });
    afterEach(() => fixture.remove());

    const at = (revision: number, language = 1) => ({ language, revision, state: () => ({ revision, text: 'né' }) });

    it('gives back the newest state of a stream after it was closed', async () => {
      fixture.checkpoints.save(tallyStream(1), at(200));
      fixture.checkpoints.save(tallyStream(1), at(400));
      fixture.checkpoints.save(tallyStream(2), at(300));
      const again = await fixture.reopen();
      expect(again.load(tallyStream(1), 1)).toEqual({ revision: 400, state: { revision: 400, text: 'né' } });
      expect(again.load(tallyStream(2), 1)).toEqual({ revision: 300, state: { revision: 300, text: 'né' } });
      expect(again.load(tallyStream(3), 1)).toBeUndefined();
    });

    it('knows nothing of another language', async () => {
      fixture.checkpoints.save(tallyStream(1), at(200, 1));
      const again = await fixture.reopen();
      expect(again.load(tallyStream(1), 2)).toBeUndefined();
    });

    it('takes what it is given without asking for the state', () => {
      const state = () => {
        throw new Error('asked on the hot path');
      };
      expect(() => fixture.checkpoints.save(tallyStream(1), { language: 1, revision: 1, state })).not.toThrow();
    });
  });
}
