import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedProjectionsContract } from '../../testing/shared-projections.contract-suite';
import { SqliteReadStore } from '../read-store/sqlite-read-store';

sharedProjectionsContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'suki-shared-'));
  return {
    open: () => SqliteReadStore.open(join(directory, 'read.db'), 8),
    remove: async () => rmSync(directory, { recursive: true }),
  };
});
