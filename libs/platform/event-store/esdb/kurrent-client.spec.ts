import { eventStoreContract } from '../../../testing/event-store.contract-suite';
import { openThroughDoor } from '../../../testing/temporary-esdb-store';
import { kurrentLibrary } from './kurrent-library';

eventStoreContract('@kurrent/kurrentdb-client through the door', () => openThroughDoor(kurrentLibrary));
