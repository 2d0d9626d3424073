import { AppError } from '@liaison/kernel';

const MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In ms, from `90s`, `15m`, `2h` or `7d`. @throws AppError `age-invalid` */
export function millisecondsOf(age: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(age) ?? [];
  if (number === undefined || unit === undefined) {
    throw new AppError('age-invalid', `${age} is no age: write 90s, 15m, 2h or 7d.`);
  }
  return Number(number) * MS[unit as keyof typeof MS];
}

/** The instant so long ago. */
export const instantBefore = (age: string): string =>
  new Date(Date.now() - millisecondsOf(age)).toISOString();
