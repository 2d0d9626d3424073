/** By nearest rank. @param share from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Of records of the same shape, the median of every number in them. */
export function medians<T extends object>(records: readonly T[]): T {
  const [first] = records;
  if (!first) throw new Error('nothing was measured');
  const entries = Object.keys(first).map((name) => {
    const values = records.map((record) => (record as Record<string, unknown>)[name]);
    if (values.every((value) => typeof value === 'number')) return [name, median(values)];
    return [name, medians(values as object[])];
  });
  return Object.fromEntries(entries) as T;
}
