/** A decision could not be made now; nothing was recorded, and the same command may be sent again. */
abstract class DecisionFault extends Error {
  abstract readonly code: string;
  readonly retryable = true;
}

/** As many commands as we let wait are waiting for this stream in this process. */
export class StreamBusyFault extends DecisionFault {
  override readonly name = 'StreamBusyFault';
  readonly code = 'Overloaded';
}

/** Other writers changed the stream every time before we could. */
export class ContendedFault extends DecisionFault {
  override readonly name = 'ContendedFault';
  readonly code = 'Contended';
}
