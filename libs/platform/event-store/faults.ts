/** The world failed. Only platform code throws these; the edge answers 503, 507 or 413, or the process ends. */
export abstract class StoreFault extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;
}

/** The store cannot be reached, or is closing. Whether anything was stored is unknown; the same append may be sent again. */
export class StoreUnavailableFault extends StoreFault {
  override readonly name = 'StoreUnavailableFault';
  readonly code = 'StoreUnavailable';
  readonly retryable = true;
}

/** No space for the append: nothing was stored, reads go on. */
export class StoreFullFault extends StoreFault {
  override readonly name = 'StoreFullFault';
  readonly code = 'StoreFull';
  readonly retryable = true;
}

/** The append is over `APPEND_LIMITS`: nothing was stored, and nothing would be. */
export class AppendTooLargeFault extends StoreFault {
  override readonly name = 'AppendTooLargeFault';
  readonly code = 'AppendTooLarge';
  readonly retryable = false;
}

/** Stored bytes are not what was written: named by place, never repaired silently. */
export class LogDamageFault extends StoreFault {
  override readonly name = 'LogDamageFault';
  readonly code = 'LogDamaged';
  readonly retryable = false;
}

/** The log could not be made durable. The process must end (exit 74): what is in memory may differ from what is on disk. */
export class LogWriteFault extends StoreFault {
  override readonly name = 'LogWriteFault';
  readonly code = 'LogWriteFailed';
  readonly retryable = false;
}

/** Another process works on this data directory. */
export class DirectoryInUseFault extends StoreFault {
  override readonly name = 'DirectoryInUseFault';
  readonly code = 'DirectoryInUse';
  readonly retryable = false;
}

/** The directory was written by a newer version of the product, or is no data directory at all. Nothing in it was touched. */
export class DirectoryFormatFault extends StoreFault {
  override readonly name = 'DirectoryFormatFault';
  readonly code = 'DirectoryFormat';
  readonly retryable = false;
}
