/** A legal day, `YYYY-MM-DD`: of a département's calendar, without time or zone. Days compare as text. */
export type Day = string;

const MS_PER_DAY = 86_400_000;

const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export function addDays(day: Day, days: number): Day {
  return dayOf(utc(day) + days * MS_PER_DAY);
}

/** The same day of another month, or that month's last day where it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const first = new Date(utc(`${day.slice(0, 7)}-01`));
  first.setUTCMonth(first.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return addDays(dayOf(first.getTime()), Math.min(Number(day.slice(8)), lastDay) - 1);
}

/** From the first to the second; negative where the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (utc(to) - utc(from)) / MS_PER_DAY;
}
