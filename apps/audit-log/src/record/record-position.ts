/** Whether a cursor's content is a position in the log: a bigint, as PostgreSQL writes it. */
export const isRecordPosition = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{1,18}$/.test(value);
