import { eventStoreContract } from '../../../testing/event-store.contract-suite';
import { openSimulatedStore, openTemporaryStore } from '../../../testing/temporary-store';

eventStoreContract('embedded, on a disk', () => openTemporaryStore());
eventStoreContract('embedded, on a simulated disk', () => openSimulatedStore());
