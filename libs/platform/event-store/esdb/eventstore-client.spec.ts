import { esdbOutages } from '../../../testing/esdb-outages.contract-suite';
import { openEsdbStoreAt, type EsdbStoreUnderTest } from '../../../testing/esdb-store-under-test';
import { DoorThread } from '../../../testing/esdb-door-thread';
import { eventStoreContract } from '../../../testing/event-store.contract-suite';
import { eventstoreLibrary } from '../../../testing/eventstore-library';

describe('@eventstore/db-client', () => {
  let door: DoorThread;

  beforeAll(async () => {
    door = await DoorThread.open({ writable: true });
  });
  afterAll(() => door.close());

  eventStoreContract('through the door', async (): Promise<EsdbStoreUnderTest> => {
    await door.renew();
    return openEsdbStoreAt(eventstoreLibrary, door.address());
  });
});

esdbOutages('@eventstore/db-client', eventstoreLibrary);
