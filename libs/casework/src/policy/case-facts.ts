import type { Fact, Facts } from '@liaison/sharing-policy';

/** What an agency knows of a case that decisions depend on, as stored in `messaging.cases.facts`. Absent: unknown. */
export interface CaseFacts {
  /** INSEE code of the département where the person is. */
  readonly departement?: string;
  /** `YYYY-MM-DD`, where established or declared. An estimated age is not a birth date: it leaves the age unknown. */
  readonly birthDate?: string;
  /** A measure hides the identity (CPP 706-62-2) or the address (CPP 706-57). */
  readonly protectedIdentity?: boolean;
  readonly protectedAddress?: boolean;
}

const MAJORITY_YEARS = 18;

/** Legal days are those of the département's time zone, overseas included. */
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

export function zoneOf(departement: string | undefined): string {
  return (departement !== undefined && OVERSEAS_ZONES[departement]) || 'Europe/Paris';
}

/**
 * The facts of now, with who vouches for them. What nobody established stays unknown, and unknown protects (R15, R16).
 * @param owner agency id that vouches
 */
export function factsAt(facts: CaseFacts, at: Date, owner: string): Facts {
  const held = (value: Fact['value'], until?: Date): Fact => ({
    value,
    owner,
    visibleTo: 'sender',
    ...(until && { until }),
  });
  const known: Record<string, Fact> = {};
  const age = ageAt(facts, at);
  if (age) known.age = held(age.value, age.until);
  if (facts.protectedIdentity !== undefined) known.protectedIdentity = held(facts.protectedIdentity);
  if (facts.protectedAddress !== undefined) known.protectedAddress = held(facts.protectedAddress);
  return known;
}

/** From the eighteenth birthday the adult rules apply (R17): a minor's age holds until that midnight. */
function ageAt({ birthDate, departement }: CaseFacts, at: Date): { value: string; until?: Date } | undefined {
  const [year, month, day] = (birthDate ?? '').split('-').map(Number);
  if (!year || !month || !day) return undefined;
  // No zone is a day away from UTC: most adults need no look at their clocks.
  if (at.getTime() >= Date.UTC(year + MAJORITY_YEARS, month - 1, day + 1)) return { value: 'adult' };
  const until = midnight(year + MAJORITY_YEARS, month, day, zoneOf(departement));
  return at >= until ? { value: 'adult' } : { value: 'minor', until };
}

/** The instant at which a legal day begins in a time zone. 29 February becomes 1 March in other years. */
function midnight(year: number, month: number, day: number, zone: string): Date {
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
