import { StoreFault } from '../event-store/faults';

/** As many commands as we let wait are waiting for this stream in this process: nothing was recorded. */
export class StreamBusyFault extends StoreFault {
  override readonly name = 'StreamBusyFault';
  readonly code = 'Overloaded';
  readonly retryable = true;
}

/** Other writers changed the stream every time before we could: nothing was recorded. */
export class ContendedFault extends StoreFault {
  override readonly name = 'ContendedFault';
  readonly code = 'Contended';
  readonly retryable = true;
}
