import { sharedProjectionsContract } from '../../testing/shared-projections.contract-suite';
import { temporaryDatabase } from '../../testing/temporary-database';
import { PostgresReadStore } from '../read-store/postgres-read-store';

sharedProjectionsContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  return {
    open: () => PostgresReadStore.open({ url: database.url }),
    remove: () => database.drop(),
  };
});
