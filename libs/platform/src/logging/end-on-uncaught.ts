import type { Logger } from './logger';

/**
 * What nobody caught leaves the process in a state that nobody knows: it says why, in one line without anybody's data, and
 * ends with 1, so that its supervisor starts it again. Everything it had accepted is in the database.
 */
export function endOnUncaught(logger: Logger): void {
  const end = (error: unknown): never => {
    logger.fatal({ err: error }, 'ending: an error that nobody caught');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
