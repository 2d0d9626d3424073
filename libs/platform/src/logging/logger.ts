import { types } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { correlation } from './correlation';
import { loggedError, redacted } from './log-safely';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly service: string;
  readonly agency: string;
  readonly level: string;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** One JSON object a line, with service, agency and correlation id. Errors go under `err`. */
export function createLogger({ service, agency, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, agency },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redacted },
      mixin: () => correlation.getStore() ?? {},
      serializers: { err: (error: unknown) => loggedError(error) },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withOwnMessage(args) as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** pino would make an error's message, unchecked, the message of the line. */
function withOwnMessage([first, ...rest]: readonly unknown[]): unknown[] {
  if (typeof first !== 'object' || first === null || rest.length > 0) return [first, ...rest];
  const { msg, ...record } = types.isNativeError(first) ? { err: first } : (first as Record<string, unknown>);
  const error = record['err'] === undefined ? undefined : loggedError(record['err']);
  return [record, msg ?? error?.message ?? error?.type];
}

/** Nest's own messages, and those of its `Logger`, in the same lines. An object as the message becomes the line. */
export class LiaisonLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest appends the context as the last parameter, and a stack before it, whose first line is a message. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const context = typeof last === 'string' && !last.includes('\n') ? { context: last } : {};
    if (types.isNativeError(message)) this.logger[level]({ ...context, err: message });
    else if (typeof message === 'object' && message !== null) this.logger[level]({ ...context, ...message });
    else this.logger[level](context, String(message));
  }
}
