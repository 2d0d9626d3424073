import { CRITERIA, type Outcome, type Reason, REASONS } from './criteria';
import { seatOf } from './departement-seats';
import { kmBetween } from './distance';
import type { AgeBand, ChildSex, Place, Schooling } from './place';

export interface Child {
  /** Completed years that the child may have; `PRESUMED_MINOR` where nobody knows. */
  readonly ages: AgeBand;
  readonly sex: ChildSex;
  /** ISO 639; empty where nobody knows. */
  readonly languages: readonly string[];
  readonly schooling?: Schooling;
}

/** Age unknown or in doubt: a minor's, where that protects (R15, R16). */
export const PRESUMED_MINOR: AgeBand = { from: 0, to: 17 };

/**
 * `needed`: the child comes from one of the most structured networks. `refused`: so it is, and the child does not want such a
 * place, which rests on the child's will (S0, measure 10).
 */
export const SECURE_NEEDS = ['needed', 'refused', 'not-needed'] as const;
export type SecureNeed = (typeof SECURE_NEEDS)[number];

export interface AvoidedPlace {
  readonly place: string;
  readonly because: 'known-to-network' | 'sibling-apart';
}

/** What those who are placed together need. */
export interface Needs {
  /**
   * One child, or siblings. Siblings for whom living together is contrary to their interest have a request each, which avoids the
   * other's place.
   */
  readonly children: readonly Child[];
  /** Every département of exploitation (INSEE); empty where none is known. */
  readonly exploitation: readonly string[];
  readonly secure: SecureNeed;
  readonly avoided: readonly AvoidedPlace[];
}

/** Distances between the chief towns of départements, km. No text gives figures: an agency sets its own. */
export interface Distances {
  /** Nearer than this to any département of exploitation, no place fits. */
  readonly least: number;
  /** Further brings nothing more. */
  readonly enough: number;
  /** Beyond this, hearings and those who follow the child are out of reach: such a place comes after others. */
  readonly most: number;
}

export const DISTANCES: Distances = { least: 100, enough: 400, most: 1500 };

export interface RankedPlace {
  readonly place: string;
  readonly departement: string;
  readonly fits: boolean;
  /** Whole km to the nearest département of exploitation, chief town to chief town: it says no more than the département. */
  readonly distanceKm: number | undefined;
  /** One for each criterion, in the order of `CRITERIA`. */
  readonly reasons: readonly Reason[];
}

/**
 * Every place with the reasons for which it fits or does not: those that fit first, the best of them first; then those that do
 * not, by how little is missing. The same places in any order give the same list. A place counts for itself alone: another
 * one changes neither what is said of it nor which of two comes first.
 */
export function rankPlaces(
  needs: Needs,
  places: readonly Place[],
  distances: Distances = DISTANCES,
): readonly RankedPlace[] {
  const locate = located(needs.exploitation, distances);
  const asked = { ...needs, ...wishesOf(needs) };
  const avoided = new Map(needs.avoided.map(({ place, because }) => [place, because]));
  const ranked = places.map((place) =>
    judge(place, asked, locate(place.departement), avoided.get(place.id) ?? 'none'),
  );
  return inOrder(
    ranked,
    ranked.map((each) => weightOf(each, distances)),
  );
}

function judge(
  place: Place,
  needs: Asked,
  location: Location,
  because: AvoidedPlace['because'] | 'none',
): RankedPlace {
  const reasons: readonly Reason[] = [
    lodgingReason(place),
    location.departement,
    location.distance,
    REASONS.avoided[because],
    place.free > 0 ? REASONS.beds.free : REASONS.beds.full,
    siblingsReason(place, needs),
    ageReason(place, needs),
    sexReason(place, needs),
    secureReason(place, needs),
    place.trainedStaff ? REASONS.training.trained : REASONS.training.untrained,
    languagesReason(place, needs),
    schoolingReason(place, needs),
  ];
  const { id, departement } = place;
  return { place: id, departement, fits: missing(reasons) === 0, distanceKm: location.km, reasons };
}

function missing(reasons: readonly Reason[]): number {
  let count = 0;
  for (const { required, outcome } of reasons) if (required && outcome === 'unmet') count += 1;
  return count;
}

const costOf = (outcome: Outcome): number => (outcome === 'met' ? 0 : outcome === 'unmet' ? 2 : 1);
const STEPS = 3;
/** How near, in so many steps. */
const NEARNESS = 1000;
const MISSING = STEPS ** CRITERIA.length * NEARNESS;

/** The smaller, the better: required criteria that are not met, then the criteria in their order, then how near it is. */
function weightOf({ reasons, distanceKm }: RankedPlace, { enough }: Distances): number {
  let costs = 0;
  for (const { outcome } of reasons) costs = costs * STEPS + costOf(outcome);
  const far = distanceKm === undefined ? 1 : Math.min(distanceKm / enough, 1);
  return missing(reasons) * MISSING + costs * NEARNESS + Math.floor((1 - far) * (NEARNESS - 1));
}

/** More than there are places, and few enough that a weight and a position make one exact number. */
const POSITIONS = 2 ** 20;

/**
 * By weight, then by id. Numbers without a function that compares them sort ten times faster, so each carries its position.
 * @throws RangeError over 1,048,576 places
 */
function inOrder(ranked: readonly RankedPlace[], weights: readonly number[]): readonly RankedPlace[] {
  if (ranked.length > POSITIONS) throw new RangeError(`at most ${POSITIONS} places`);
  const keys = new Float64Array(weights.length);
  weights.forEach((weight, position) => (keys[position] = weight * POSITIONS + position));
  const sorted: RankedPlace[] = [];
  let [start, before] = [0, NaN];
  const orderRun = (end: number): void => {
    if (end - start > 1) {
      sorted.push(...sorted.splice(start).sort((a, b) => (a.place < b.place ? -1 : 1)));
    }
    start = end;
  };
  for (const key of keys.sort()) {
    const position = key % POSITIONS;
    const [each, weight] = [ranked[position], weights[position] ?? NaN];
    if (weight !== before) orderRun(sorted.length);
    before = weight;
    if (each) sorted.push(each);
  }
  orderRun(sorted.length);
  return sorted;
}

interface Location {
  readonly departement: Reason;
  readonly distance: Reason;
  /** Whole km to the nearest. */
  readonly km: number | undefined;
}

/** There are a hundred départements, and many more places. */
function located(
  exploitation: readonly string[],
  { least, most }: Distances,
): (departement: string) => Location {
  const known = new Map<string, Location>();
  const locate = (departement: string): Location => {
    const { departement: at, distance } = REASONS;
    if (exploitation.length === 0)
      return { departement: at.unknown, distance: distance.unknown, km: undefined };
    if (exploitation.includes(departement)) return { departement: at.same, distance: distance.near, km: 0 };
    const seat = seatOf(departement);
    const others = exploitation.map(seatOf);
    if (!seat || others.includes(undefined))
      return { departement: at.elsewhere, distance: distance.unlocated, km: undefined };
    const km = Math.min(...others.map((other) => (other ? kmBetween(seat, other) : 0)));
    const farOrNear = km < least ? distance.near : km > most ? distance.tooFar : distance.far;
    return { departement: at.elsewhere, distance: farOrNear, km: Math.round(km) };
  };
  return (departement) => {
    let location = known.get(departement);
    if (!location) known.set(departement, (location = locate(departement)));
    return location;
  };
}

function lodgingReason({ lodging }: Place): Reason {
  switch (lodging) {
    case 'registered-carer':
      return REASONS.lodging.carer;
    case 'authorised-establishment':
      return REASONS.lodging.establishment;
    case 'declared-structure':
      return REASONS.lodging.structure;
    case 'hotel':
      return REASONS.lodging.hotel;
  }
}

function siblingsReason({ free }: Place, { children }: Needs): Reason {
  if (children.length === 1) return REASONS.siblings.alone;
  return free >= children.length ? REASONS.siblings.together : REASONS.siblings.separated;
}

function ageReason({ ages }: Place, { children }: Needs): Reason {
  let within = true;
  for (const { ages: may } of children) {
    if (may.to < ages.from || may.from > ages.to) return REASONS.age.outside;
    within &&= may.from >= ages.from && may.to <= ages.to;
  }
  return within ? REASONS.age.within : REASONS.age.perhaps;
}

function sexReason({ sexes }: Place, { children }: Needs): Reason {
  let taken = true;
  for (const { sex } of children) {
    if (sex === 'undetermined') {
      if (sexes.length === 0) return REASONS.sex.refused;
      taken &&= sexes.includes('female') && sexes.includes('male');
    } else if (!sexes.includes(sex)) return REASONS.sex.refused;
  }
  return taken ? REASONS.sex.taken : REASONS.sex.perhaps;
}

function secureReason({ secure }: Place, needs: Needs): Reason {
  switch (needs.secure) {
    case 'needed':
      return secure ? REASONS.secure.secure : REASONS.secure.open;
    case 'refused':
      return secure ? REASONS.secure.unwanted : REASONS.secure.notNeeded;
    case 'not-needed':
      return secure ? REASONS.secure.spared : REASONS.secure.notNeeded;
  }
}

/** Worked out once for all places. */
interface Asked extends Needs {
  /** The languages of each child of whom they are known. */
  readonly speaking: readonly (readonly string[])[];
  readonly schooling: readonly Schooling[];
}

const wishesOf = ({ children }: Needs): Omit<Asked, keyof Needs> => ({
  speaking: children.flatMap(({ languages }) => (languages.length > 0 ? [languages] : [])),
  schooling: children.flatMap(({ schooling }) => (schooling ? [schooling] : [])),
});

function languagesReason({ languages: spoken }: Place, { children, speaking }: Asked): Reason {
  if (speaking.length === 0) return REASONS.languages.unknown;
  let understood = 0;
  for (const languages of speaking) if (languages.some((each) => spoken.includes(each))) understood += 1;
  if (understood === 0) return REASONS.languages.none;
  return understood === children.length ? REASONS.languages.all : REASONS.languages.some;
}

function schoolingReason({ schooling: given }: Place, { schooling: needed }: Asked): Reason {
  if (needed.length === 0) return REASONS.schooling.notNeeded;
  let met = 0;
  for (const each of needed) if (given.includes(each)) met += 1;
  if (met === 0) return REASONS.schooling.missing;
  return met === needed.length ? REASONS.schooling.given : REASONS.schooling.partly;
}
