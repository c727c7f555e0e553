import { EsdbDoor, type EsdbDoorOptions } from '../../libs/platform/esdb-door/esdb-door';
import { loopbackCertificate } from '../../libs/platform/esdb-door/loopback-certificate';
import type { Log } from '../../libs/platform/telemetry/log';
import type { CallerSource } from '../../libs/platform/http/caller';
import type { Settings } from './settings';

/** Streams of these categories are the product's: foreign events that come through the door have no place in them. */
const OWN_CATEGORIES = [
  'account',
  'campaign',
  'case',
  'claim',
  'codepool',
  'customer',
  'feedback',
  'identities',
  'offer',
  'partner',
  'policy',
  'practice',
  'programme',
  'suggestion',
  'tenant',
] as const;

export interface OpenedEsdbDoor {
  readonly port: number;
  /** What a client is told to trust. */
  readonly authorityFile: string;
  close(): Promise<void>;
}

/** The EventStoreDB door of the product; undefined where the settings ask for none. */
export async function openEsdbDoor(
  { esdbPort, esdbWritable }: Pick<Settings, 'esdbPort' | 'esdbWritable'>,
  parts: Pick<EsdbDoorOptions, 'store' | 'unseal' | 'clock'> & {
    readonly callers: CallerSource;
    /** Directory of the secrets. */
    readonly keys: string;
    readonly log: Log;
  },
): Promise<OpenedEsdbDoor | undefined> {
  if (esdbPort === undefined) return undefined;
  const { store, unseal, clock, callers, keys, log } = parts;
  const certificate = loopbackCertificate(keys, clock());
  const door = await EsdbDoor.open({
    store,
    unseal,
    clock,
    port: esdbPort,
    writable: esdbWritable,
    secured: { callers, certificate },
    ownCategories: OWN_CATEGORIES,
    onDefect: (error) => log.error({ err: error }, 'the EventStoreDB door failed at a call'),
  });
  return { port: door.port, authorityFile: certificate.authorityFile, close: () => door.close() };
}
