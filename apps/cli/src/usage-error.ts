/** The caller's mistake: one line says which, and the exit code is 2. */
export class UsageError extends Error {}
