import { Inject } from '@nestjs/common';

/**
 * Names under which a process hands its platform to the capabilities' modules. What a name stands for is an interface, so
 * a parameter says both: `@Wired('eventStore') store: EventStore`. `apps/*` provides each of them once, globally.
 */
export type WiredPart =
  | 'eventStore'
  | 'queryDoor'
  /** A `QueryDoor` for what may take long: it never holds up the main thread. */
  | 'longQueryDoor'
  | 'projecting'
  | 'keyStore'
  | 'identityVault'
  /** The `CheckpointStore` of long streams. */
  | 'checkpoints'
  | 'clock'
  /** What one capability offers the others: `CallerSource`, `OutletSource`, `CustomerSource`, `TermsSource`. */
  | 'callers'
  | 'outlets'
  | 'customers'
  | 'terms'
  /** What keeps requests to the outside from leading inside. */
  | 'addressGuard'
  /** `WebhookDeliveries`: how far each webhook is. */
  | 'webhookDeliveries'
  | 'metrics'
  | 'health'
  | 'log';

/** Milliseconds since 1970. */
export type Clock = () => number;

export const wired = (name: WiredPart): string => `suki:${name}`;

/** The parameter of a constructor that gets a part of the platform. */
export const Wired = (name: WiredPart): ParameterDecorator => Inject(wired(name));
