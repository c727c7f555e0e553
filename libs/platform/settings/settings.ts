import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';

/** One setting of a process, as data: the program reads it from here, and so do the documents. */
export interface Setting<Value> {
  /** As it is written: `--port N`; a flag without a value, `--no-demo`, says `false`. */
  readonly flag: string;
  readonly environment: string;
  /** As it would be written; undefined where it must be given. */
  readonly default: string | undefined;
  readonly meaning: string;
  /** Throws an `Error` that says what it should be. */
  readonly read: (text: string) => Value;
}

export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;

export type SettingsOf<Group extends SettingGroup> = {
  readonly [Name in keyof Group]: Group[Name] extends Setting<infer Value> ? Value : never;
};

/** A flag, variable or file that says nothing we understand, or a setting that is missing. */
export class SettingFault extends Error {
  override readonly name = 'SettingFault';
}

/** Names a file of `NAME=value` lines, under the names of the environment. */
export const SETTINGS_FILE: Setting<string> = {
  flag: '--settings FILE',
  environment: 'SUKI_SETTINGS',
  default: '',
  meaning: 'A file of `NAME=value` lines with the names of the environment.',
  read: (text) => text,
};

/** A flag wins over the environment, the environment over the file. Throws `SettingFault`. */
export function readSettings<Group extends SettingGroup>(
  group: Group,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): SettingsOf<Group> {
  const flags = readFlags([...Object.values(group), SETTINGS_FILE], args);
  const file = flags.get(SETTINGS_FILE.flag) ?? environment[SETTINGS_FILE.environment] ?? '';
  const lines = file === '' ? {} : readFile(file);
  const settings = Object.entries(group).map(([name, setting]) => {
    const { flag, environment: variable, default: fallback, read } = setting;
    const text = flags.get(flag) ?? environment[variable] ?? lines[variable] ?? fallback;
    if (text === undefined) throw new SettingFault(`${variable} is missing: ${setting.meaning}`);
    try {
      return [name, read(text)] as const;
    } catch (error) {
      throw new SettingFault(`${variable} ${(error as Error).message}`);
    }
  });
  return Object.fromEntries(settings) as SettingsOf<Group>;
}

/** What `--help` prints. */
export function settingsHelp(command: string, group: SettingGroup): string {
  const lines = [...Object.values(group), SETTINGS_FILE].map(({ flag, environment, default: value, meaning }) => {
    const fallback = value === undefined ? 'needed' : value === '' ? 'none' : `default ${value}`;
    return `  ${flag.padEnd(26)} ${meaning} (${environment}, ${fallback})`;
  });
  return [`${command} [settings]`, '', ...lines].join('\n');
}

const nameOf = (flag: string): string => (flag.split(' ', 1)[0] ?? flag).slice('--'.length);

function readFlags(settings: readonly Setting<unknown>[], args: readonly string[]): ReadonlyMap<string, string> {
  try {
    const options = settings.map(({ flag }) => {
      const type = flag.includes(' ') ? ('string' as const) : ('boolean' as const);
      return [nameOf(flag), { type }] as const;
    });
    const { values } = parseArgs({ args: [...args], options: Object.fromEntries(options) });
    const given = settings.flatMap(({ flag }): [string, string][] => {
      const value = values[nameOf(flag)];
      if (value === undefined) return [];
      return [[flag, typeof value === 'string' ? value : String(!flag.startsWith('--no-'))]];
    });
    return new Map(given);
  } catch (error) {
    throw new SettingFault((error as Error).message.split('\n', 1)[0]);
  }
}

function readFile(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingFault(`${SETTINGS_FILE.environment}: ${(error as Error).message}`);
  }
}

/** Readers of values. Each says what it expects, never what it was given: that may be a secret. */
export const text = (value: string): string => value;

export function whole(most: number, least = 1) {
  return (value: string): number => {
    if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new Error(`is a number from ${least} to ${most}`);
  };
}

export function oneOf<Value extends string>(...values: readonly Value[]) {
  return (value: string): Value => {
    const found = values.find((known) => known === value);
    if (found === undefined) throw new Error(`is one of ${values.join(', ')}`);
    return found;
  };
}

export const yesOrNo = (value: string): boolean => oneOf('true', 'false')(value) === 'true';
