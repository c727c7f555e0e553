import { StoreFault } from '../event-store/faults';

/** The rows were not written: another runner has moved the checkpoint since it was read. */
export class CheckpointMovedFault extends StoreFault {
  override readonly name = 'CheckpointMovedFault';
  readonly code = 'CheckpointMoved';
  readonly retryable = true;
}

/** The log ends before what the read models have seen: events are missing, or the read models belong to another log. */
export class ReadStoreAheadFault extends StoreFault {
  override readonly name = 'ReadStoreAheadFault';
  readonly code = 'ReadStoreAhead';
  readonly retryable = false;
}

/** The rows were not written: another process holds one of the shards by now. */
export class LeaseLostFault extends StoreFault {
  override readonly name = 'LeaseLostFault';
  readonly code = 'LeaseLost';
  readonly retryable = true;
}

/** A newer release has made these read models: this process must be replaced, and writes nothing. */
export class ReadStoreNewerFault extends StoreFault {
  override readonly name = 'ReadStoreNewerFault';
  readonly code = 'ReadStoreNewer';
  readonly retryable = false;
}
