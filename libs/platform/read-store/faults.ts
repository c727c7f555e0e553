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
