/** Where an adapter reports. Fields never hold payloads, keys or credentials. A pino logger fits. */
export interface BrokerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const ignore = (): void => undefined;

export const silentLogger: BrokerLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
