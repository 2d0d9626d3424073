const FORM = /^((?:19|20)\d\d)(?:-(\d\d)(?:-(\d\d))?)?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Is it a year (1900 to 2099), a month of it, or a day that exists: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`? */
export function isCalendarDate(text: string): boolean {
  const [form, year, month, day] = FORM.exec(text) ?? [];
  if (form === undefined) return false;
  if (month === undefined) return true;
  const days = Number(month) === 2 && isLeapYear(Number(year)) ? 29 : DAYS[Number(month) - 1];
  if (days === undefined) return false;
  return day === undefined || (Number(day) >= 1 && Number(day) <= days);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
