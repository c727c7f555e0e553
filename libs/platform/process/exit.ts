import { SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOT_A_DATABASE, sqliteErrorCode } from '../sqlite/sqlite';

/** sysexits(3), where one fits. */
const USAGE = 64;
const DATA_DAMAGED = 65;
const SOFTWARE = 70;
const CANNOT_BEGIN = 75;
const WRITE_FAILED = 74;

export interface Exit {
  /** For people: what is wrong and what to do. */
  readonly line: string;
  readonly code: number;
}

/** How the process ends for something it cannot go on with. */
export function exitOf(error: unknown): Exit {
  if (!(error instanceof Error)) return { line: String(error), code: SOFTWARE };
  const { name, message } = error;
  const line = message.split('\n', 1)[0] ?? message;
  switch (name) {
    case 'SettingFault':
      return { line: `${line} (--help lists the settings)`, code: USAGE };
    case 'DirectoryInUseFault':
      return { line: `${line}: stop the other one, or choose another --data`, code: CANNOT_BEGIN };
    case 'DoorPortFault':
      return { line: `${line}: stop what listens there, or choose another --esdb-port`, code: CANNOT_BEGIN };
    case 'DirectoryFormatFault':
      return { line, code: DATA_DAMAGED };
    case 'StoreFullFault':
      return { line: `the disk is full: ${line}`, code: WRITE_FAILED };
    case 'LogWriteFault':
      return { line: `the log cannot be written: ${reasonOf(error) ?? line}`, code: WRITE_FAILED };
    case 'LogDamageFault':
      return { line: `the log is damaged: ${line} (see suki verify)`, code: DATA_DAMAGED };
    case 'StoreUnavailableFault':
      return { line, code: CANNOT_BEGIN };
    case 'KeyDamageFault':
      return { line: `a key is damaged: ${line}`, code: DATA_DAMAGED };
    default:
      return systemExit(error, line);
  }
}

/** The first line of what caused it, as the operating system says it. */
function reasonOf({ cause }: Error): string | undefined {
  return cause instanceof Error ? cause.message.split('\n', 1)[0] : undefined;
}

function systemExit(error: Error, line: string): Exit {
  const sqlite = sqliteErrorCode(error);
  if (sqlite === SQLITE_FULL) return { line: `the disk is full: ${line}`, code: WRITE_FAILED };
  if (sqlite === SQLITE_CORRUPT || sqlite === SQLITE_NOT_A_DATABASE) {
    return { line: `a database is damaged: ${line}`, code: DATA_DAMAGED };
  }
  switch ('code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return { line: 'the port is in use: stop what listens there, or choose another --port', code: CANNOT_BEGIN };
    case 'EACCES':
    case 'EPERM':
      return { line: `not allowed: ${line}`, code: CANNOT_BEGIN };
    case 'ENOSPC':
    case 'EDQUOT':
      return { line: `the disk is full: ${line}`, code: WRITE_FAILED };
    default:
      return { line: `${error.name}: ${line}`, code: SOFTWARE };
  }
}
