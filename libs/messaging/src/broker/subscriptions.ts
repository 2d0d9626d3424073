import { AppError } from '@liaison/kernel';

export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

export function splitKey(key: string): [topic: string, partition: number] {
  const slash = key.lastIndexOf('/');
  return [key.slice(0, slash), Number(key.slice(slash + 1))];
}

/** What ends a subscription whose handler neither ends nor gives a sign of life. */
export function stuck(key: string, ms: number): AppError {
  return new AppError(
    'handler-stuck',
    `The handler of ${key} gave no sign for ${ms} ms: the process should end and start again.`,
  );
}
