import { randomBytes } from 'node:crypto';
import { eventStoreContract } from '../../../testing/event-store.contract-suite';
import { openEsdbStoreAt } from '../../../testing/esdb-store-under-test';
import { scopedDriver } from '../../../testing/scoped-driver';
import { kurrentLibrary } from './kurrent-library';

/** A server of one's own, started with what it was measured with. Without it this file is not run, rather than skipped. */
const url = process.env['EVENTSTORE_URL'];
if (url === undefined) throw new Error('EVENTSTORE_URL names no server');

describe('the server at EVENTSTORE_URL', () => {
  eventStoreContract('through @kurrent/kurrentdb-client', async () =>
    openEsdbStoreAt(kurrentLibrary, url, {}, scopeOf(randomBytes(6).toString('hex'))),
  );
});

const scopeOf = (name: string) => (driver: Parameters<typeof scopedDriver>[0]) => scopedDriver(driver, `t${name}_`);
