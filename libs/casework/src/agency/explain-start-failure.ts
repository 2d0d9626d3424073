import { AppError } from '@liaison/kernel';

/** One line: who, a stable code, what to do. */
export function explainStartFailure(service: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof AppError ? error.code : 'start-failed';
  return `${service}: ${code}: ${reason}\n`;
}
