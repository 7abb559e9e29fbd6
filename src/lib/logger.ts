import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * JSON lines on standard output; readable text when it is a terminal. Log objects hold ids and figures, never bodies,
 * headers or credentials: what must not leak is not passed in, rather than filtered out afterwards.
 */
export async function createLogger(level: LogLevel, destination?: DestinationStream): Promise<Logger> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (destination) return pino(options, destination);
  if (!process.stdout.isTTY) return pino(options, pino.destination({ fd: 1, sync: true }));
  const { PinoPretty } = await import('pino-pretty');
  return pino(
    options,
    PinoPretty({ sync: true, colorize: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' }),
  );
}
