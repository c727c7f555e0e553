import { Server, ServerCredentials, type ServiceError, type Metadata } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import type { StreamName } from '../../kernel/ids';
import type { EventStore } from '../event-store/event-store';
import type { CallerSource } from '../http/caller';
import { Doorkeeper, type Visitor } from './doorkeeper';
import type { LoopbackCertificate } from './loopback-certificate';
import { OutsideAppends } from './outside-appends';
import { Pace } from './pace';
import { uuidMessage } from './positions';
import {
  ClusterInfo,
  EndPoint,
  GossipService,
  MemberInfo,
  ServerFeaturesService,
  StreamsService,
  SupportedMethod,
  SupportedMethods,
  type IGossipServer,
  type IServerFeaturesServer,
  type IStreamsServer,
} from './protocol';
import { Reading } from './reading';
import { accessDenied, refusalOf, unsupported, type CallRefused } from './refusals';
import { ShownEvents } from './shown-events';
import { answerAppend, BatchAppends, type TakeAppend } from './writing';

export interface EsdbDoorOptions {
  readonly store: EventStore;
  /** On 127.0.0.1; 0 takes any that is free. */
  readonly port: number;
  /** Whose keys open it, and what it proves itself by. Without them it is open to everybody on this machine: for tests only. */
  readonly secured?: { readonly callers: CallerSource; readonly certificate: LoopbackCertificate };
  /** Lets appends in: for tests and for copying logs. */
  readonly writable?: boolean;
  /** The key of a sealed claim; without it such claims are held by nobody until the index is built again. */
  readonly unseal: (sealed: string, stream: StreamName) => Promise<string | undefined>;
  /** Categories of streams that the product itself reads: foreign events have no place in them. */
  readonly ownCategories?: readonly string[];
  readonly clock: () => number;
  /** What nobody foresaw. */
  readonly onDefect?: (error: unknown) => void;
}

/** The version whose behaviour was measured, and is answered with. */
const SERVER_VERSION = '23.10.6';
const CLOSING_GRACE_MS = 2_000;
/** What clients send at most: 1 MiB of events, and some for names and ids. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** The port cannot be opened: something listens there, or it is not allowed. */
export class DoorPortFault extends Error {
  override readonly name = 'DoorPortFault';

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} cannot be opened to EventStoreDB clients`, options);
  }
}

/** Answers the EventStoreDB protocol on loopback over an event store: see docs/esdb-door.md. */
export class EsdbDoor {
  private readonly server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  private readonly keeper: Doorkeeper;
  private readonly events = new ShownEvents();
  private readonly pace = new Pace();
  private readonly appends: OutsideAppends;
  private readonly readings = new Set<Reading>();
  private readonly batches = new Set<BatchAppends>();
  private boundPort = 0;

  private constructor(private readonly options: EsdbDoorOptions) {
    const { store, secured, unseal, clock, ownCategories = [] } = options;
    this.keeper = new Doorkeeper(secured?.callers);
    const own = new Set(ownCategories);
    this.appends = new OutsideAppends({ store, events: this.events, unseal, clock, ownCategories: own });
    this.server.addService(StreamsService, this.streams());
    this.server.addService(GossipService, this.gossip());
    this.server.addService(ServerFeaturesService, serverFeatures);
  }

  static async open(options: EsdbDoorOptions): Promise<EsdbDoor> {
    const door = new EsdbDoor(options);
    await door.listen();
    return door;
  }

  get port(): number {
    return this.boundPort;
  }

  /** Ends every subscription as the server does that of a consumer who is too slow; they are to subscribe again. */
  dropSubscribers(): void {
    for (const reading of this.readings) reading.drop();
  }

  /** Takes no more calls, lets those in work finish for a moment, and hangs up. */
  async close(): Promise<void> {
    for (const call of [...this.readings, ...this.batches]) call.leave();
    await new Promise<void>((resolve) => {
      const hangUp = setTimeout(() => {
        this.server.forceShutdown();
        resolve();
      }, CLOSING_GRACE_MS);
      this.server.tryShutdown(() => {
        clearTimeout(hangUp);
        resolve();
      });
    });
  }

  private async listen(): Promise<void> {
    this.boundPort = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync(`127.0.0.1:${this.options.port}`, credentialsOf(this.options), (error, port) =>
        error === null ? resolve(port) : reject(new DoorPortFault(this.options.port, { cause: error })),
      );
    });
  }

  private streams(): IStreamsServer {
    return {
      read: (call) => {
        const end = (refused?: CallRefused): void => void (refused ? call.emit('error', refused) : call.end());
        void this.during(async () => {
          const visitor = this.keeper.admit(call.metadata);
          const reading = new Reading(call, visitor, this.options.store, this.events, this.pace);
          this.readings.add(reading);
          await reading.answer().finally(() => this.readings.delete(reading));
        }).then(end);
      },
      append: (call, callback) => {
        void this.during(async () => {
          callback(null, await answerAppend(call, this.takeAppend(call.metadata)));
        }).then((refused) => refused && callback(refused as CallRefused & ServiceError));
      },
      batchAppend: (call) => {
        const end = (refused?: CallRefused): void => void (refused ? call.emit('error', refused) : call.end());
        void this.during(async () => {
          const batch = new BatchAppends(call, this.takeAppend(call.metadata));
          this.batches.add(batch);
          await batch.answer().finally(() => this.batches.delete(batch));
        }).then(end);
      },
      delete: (_, callback) => callback(unsupported('delete')),
      tombstone: (_, callback) => callback(unsupported('tombstone')),
    };
  }

  /** What a call is refused with; undefined where all went well. */
  private async during(work: () => Promise<void>): Promise<CallRefused | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      return refusalOf(error, this.options.onDefect ?? (() => undefined));
    }
  }

  private takeAppend(metadata: Metadata): TakeAppend {
    const visitor: Visitor = this.keeper.admit(metadata);
    return async (append) => {
      visitor.assertStillWelcome();
      if (this.options.writable !== true) throw accessDenied('the door is open for reading only');
      return this.appends.append(append, visitor);
    };
  }

  /** A cluster of one, which leads itself. */
  private gossip(): IGossipServer {
    const instance = uuidMessage(randomUUID(), true);
    return {
      read: (_, callback) => {
        const member = new MemberInfo()
          .setInstanceId(instance)
          .setTimeStamp(String(BigInt(this.options.clock()) * 10_000n))
          .setState(MemberInfo.VNodeState.LEADER)
          .setIsAlive(true)
          .setHttpEndPoint(new EndPoint().setAddress('127.0.0.1').setPort(this.boundPort));
        callback(null, new ClusterInfo().setMembersList([member]));
      },
    };
  }
}

function credentialsOf({ secured }: EsdbDoorOptions): ServerCredentials {
  if (secured === undefined) return ServerCredentials.createInsecure();
  const { certificate, privateKey } = secured.certificate;
  return ServerCredentials.createSsl(null, [{ cert_chain: certificate, private_key: privateKey }]);
}

const method = (service: string, name: string, ...features: string[]): SupportedMethod =>
  new SupportedMethod().setServiceName(service).setMethodName(name).setFeaturesList(features);

/** Clients ask what there is before they use it; what is not named here they do not try. */
const serverFeatures: IServerFeaturesServer = {
  getSupportedMethods: (_, callback) => {
    const streams = 'event_store.client.streams.streams';
    const methods = [
      method(streams, 'read', 'position', 'events'),
      method(streams, 'append'),
      method(streams, 'batchappend', 'deadline_duration'),
      method('event_store.client.gossip.gossip', 'read'),
      method('event_store.client.server_features.serverfeatures', 'getsupportedmethods'),
    ];
    callback(null, new SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods));
  },
};
