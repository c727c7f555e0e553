import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import type { LoggerService } from '@nestjs/common';

/** Structured lines on stderr: what an operator must know. Ids only, never anything personal; requests are counted, not logged. */
export type Log = Logger;

export const createLog = (level: string): Log =>
  pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, destination({ fd: 2, sync: true }));

/** What Nest has to say of itself is for us, not for operators. */
export function nestLog(log: Log): LoggerService {
  return {
    log: (message: unknown) => log.debug({ by: 'nest' }, String(message)),
    warn: (message: unknown) => log.warn({ by: 'nest' }, String(message)),
    // An error object is what stopped the start: it is thrown on, and told by whoever ends the process.
    error: (message: unknown) => log[message instanceof Error ? 'debug' : 'error']({ by: 'nest' }, String(message)),
  };
}
