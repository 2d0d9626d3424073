/** Legal days are those of the département's time zone, overseas included. Absent here: Europe/Paris. */
const OVERSEAS_ZONES: Readonly<Record<string, string>> = {
  '971': 'America/Guadeloupe',
  '972': 'America/Martinique',
  '973': 'America/Cayenne',
  '974': 'Indian/Reunion',
  '975': 'America/Miquelon',
  '976': 'Indian/Mayotte',
  '977': 'America/St_Barthelemy',
  '978': 'America/Marigot',
  '986': 'Pacific/Wallis',
  '987': 'Pacific/Tahiti',
  '988': 'Pacific/Noumea',
};

/** IANA time zone of a département (INSEE code). */
export function zoneOf(departement: string | undefined): string {
  return (departement !== undefined && OVERSEAS_ZONES[departement]) || 'Europe/Paris';
}

/** The calendar day, `YYYY-MM-DD`, that it is in a département at an instant. */
export function legalDay(at: Date, departement: string | undefined): string {
  return new Date(at.getTime() + offsetMs(at, zoneOf(departement))).toISOString().slice(0, 10);
}

/** The instant at which a legal day, `YYYY-MM-DD`, is over in a département. */
export function endOfLegalDay(day: string, departement: string | undefined): Date {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
  return midnight(next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate(), zoneOf(departement));
}

/** The instant at which a legal day begins in a time zone. 29 February becomes 1 March in other years. */
export function midnight(year: number, month: number, day: number, zone: string): Date {
  const guess = Date.UTC(year, month - 1, day);
  const first = guess - offsetMs(new Date(guess), zone);
  return new Date(guess - offsetMs(new Date(first), zone));
}

/** To make one takes 50 microseconds, to use it two. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone, clock);
  }
  return clock;
}

function offsetMs(at: Date, zone: string): number {
  const parts = clockOf(zone).formatToParts(at);
  const part = (type: string) => Number(parts.find((entry) => entry.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    at.getTime()
  );
}

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** An ISO 8601 duration later, in UTC. The last day of a shorter month, never a day of the month after. */
export function addDuration(from: Date, duration: string): Date | undefined {
  const parts = DURATION.exec(duration);
  if (!parts) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const due = new Date(from);
  const day = due.getUTCDate();
  due.setUTCDate(1);
  due.setUTCMonth(due.getUTCMonth() + 12 * years + months);
  const lastDay = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate();
  due.setUTCDate(Math.min(day, lastDay) + 7 * weeks + days);
  due.setUTCSeconds(due.getUTCSeconds() + 3600 * hours + 60 * minutes + seconds);
  return due;
}
