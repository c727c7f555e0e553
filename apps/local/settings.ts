import { parseArgs } from 'node:util';

/** Every setting of the local product, as data: the program reads them from here, and so do the docs. A flag wins over the environment. */
export interface Setting {
  readonly name: keyof Settings;
  readonly flag: string;
  readonly environment: string;
  /** As it would be written. */
  readonly default: string;
  readonly meaning: string;
}

export interface Settings {
  readonly data: string;
  readonly port: number;
  readonly demo: boolean;
  readonly logLevel: string;
  readonly requestsPerSecond: number;
  readonly inFlight: number;
  readonly streams: number;
  readonly announceSeconds: number;
}

export const SETTINGS: readonly Setting[] = [
  {
    name: 'data',
    flag: '--data DIR',
    environment: 'SUKI_DATA_DIRECTORY',
    default: '.data',
    meaning: 'Where everything is kept; made when it is missing.',
  },
  {
    name: 'port',
    flag: '--port N',
    environment: 'SUKI_PORT',
    default: '3000',
    meaning: 'Port on 127.0.0.1; 0 takes any that is free.',
  },
  {
    name: 'demo',
    flag: '--no-demo',
    environment: 'SUKI_DEMO',
    default: 'true',
    meaning: 'Whether an empty store gets a small demo shop.',
  },
  {
    name: 'logLevel',
    flag: '--log-level LEVEL',
    environment: 'SUKI_LOG_LEVEL',
    default: 'warn',
    meaning: 'fatal, error, warn, info, debug or silent: what is written to stderr.',
  },
  {
    name: 'requestsPerSecond',
    flag: '--requests-per-second N',
    environment: 'SUKI_REQUESTS_PER_SECOND',
    default: '50000',
    meaning: 'What one API key may send, all of it at once if it likes. Beyond it 429.',
  },
  {
    name: 'inFlight',
    flag: '--in-flight N',
    environment: 'SUKI_IN_FLIGHT',
    default: '2048',
    meaning: 'Requests in work at once. Beyond it 503.',
  },
  {
    name: 'streams',
    flag: '--streams N',
    environment: 'SUKI_STREAMS',
    default: '256',
    meaning: 'Readers of the feed at once. Beyond it 503.',
  },
  {
    name: 'announceSeconds',
    flag: '--announce-seconds N',
    environment: 'SUKI_ANNOUNCE_SECONDS',
    default: '60',
    meaning: 'How often what time alone did to accounts is told to the feed and the read models; 0 is never.',
  },
];

/** A flag or variable that says nothing we understand. */
export class SettingFault extends Error {
  override readonly name = 'SettingFault';
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** @throws SettingFault. */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const flags = readFlags(args);
  const text = (name: keyof Settings): string => {
    const setting = SETTINGS.find((known) => known.name === name);
    return flags[name] ?? environment[setting?.environment ?? ''] ?? setting?.default ?? '';
  };
  const whole = (name: keyof Settings, most: number, least = 1): number => {
    const value = Number(text(name));
    if (/^\d+$/.test(text(name)) && value >= least && value <= most) return value;
    throw new SettingFault(`${name} is a number from ${least} to ${most}, not ${text(name)}`);
  };
  const choice = (name: keyof Settings, values: readonly string[]): string => {
    if (values.includes(text(name))) return text(name);
    throw new SettingFault(`${name} is one of ${values.join(', ')}, not ${text(name)}`);
  };
  return {
    data: text('data'),
    port: whole('port', 65_535, 0),
    demo: choice('demo', ['true', 'false']) === 'true',
    logLevel: choice('logLevel', LEVELS),
    requestsPerSecond: whole('requestsPerSecond', 1_000_000),
    inFlight: whole('inFlight', 100_000),
    streams: whole('streams', 100_000),
    announceSeconds: whole('announceSeconds', 86_400, 0),
  };
}

function readFlags(args: readonly string[]): Partial<Record<keyof Settings, string>> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        'no-demo': { type: 'boolean' },
        'log-level': { type: 'string' },
        'requests-per-second': { type: 'string' },
        'in-flight': { type: 'string' },
        streams: { type: 'string' },
        'announce-seconds': { type: 'string' },
      },
    });
    const given: [keyof Settings, string | undefined][] = [
      ['data', values.data],
      ['port', values.port],
      ['demo', values['no-demo'] === true ? 'false' : undefined],
      ['logLevel', values['log-level']],
      ['requestsPerSecond', values['requests-per-second']],
      ['inFlight', values['in-flight']],
      ['streams', values.streams],
      ['announceSeconds', values['announce-seconds']],
    ];
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  } catch (error) {
    throw new SettingFault((error as Error).message.split('\n', 1)[0]);
  }
}

export function settingsHelp(): string {
  const lines = SETTINGS.map(
    ({ flag, environment, default: value, meaning }) =>
      `  ${flag.padEnd(26)} ${meaning} (${environment}, default ${value})`,
  );
  return ['npm start -- [settings]', '', ...lines].join('\n');
}
