/**
 * A failure with a stable code. `code` is part of the public API (problem details, CLI, dead letters):
 * kebab-case, never renamed. `retriable` says whether the same call may succeed later unchanged.
 * An HTTP status never appears here; controllers map codes.
 */
export class AppError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly options: {
      readonly retriable?: boolean;
      /** Field-level messages for the caller: path to what to do. Never personal data. */
      readonly fields?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
  }

  get retriable(): boolean {
    return this.options.retriable ?? false;
  }
}
