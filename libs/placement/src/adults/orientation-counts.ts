import type { OrientationOutcome } from './orientation';

/** A request as it is counted: of nobody who could be found by it but by those who hold it. */
export interface CountedOrientation {
  /** INSEE code of the commune that the request came from. */
  readonly commune: string;
  readonly fromPartner: boolean;
  readonly proposed: boolean;
  /** Completed years on the day of the request. */
  readonly age: number;
  /** ISO 3166-1 alpha-2 */
  readonly nationality: string;
  readonly outcome?: OrientationOutcome;
}

/** Null: hidden. */
export type Count = number | null;

/** The figures of report S2 (4.1.1). Whoever was offered a place is counted by age and nationality. */
export interface OrientationFigures {
  readonly requests: Count;
  readonly communes: Count;
  readonly fromPartners: Count;
  /** Per cent of the requests, rounded. */
  readonly fromPartnersShare: Count;
  readonly proposed: Count;
  readonly ages: Readonly<Record<CountedAge, Count>>;
  readonly nationalities: Count;
  /** By nationality, the most frequent first. */
  readonly byNationality: readonly { readonly nationality: string; readonly count: number }[];
  readonly assistedReturns: Count;
}

/** As the report has them, and what it leaves out; its first two share no year here. */
export const COUNTED_AGES = ['18-19', '20-25', '26+'] as const;
export type CountedAge = (typeof COUNTED_AGES)[number];

/** Whoever holds the records sees exact figures; whoever else gets none below this (R34). */
export const SMALLEST_RELEASED = 11;

/** Exact, for the agency that holds the records. */
export function countOrientations(requests: readonly CountedOrientation[]): OrientationFigures {
  const proposed = requests.filter((each) => each.proposed);
  const fromPartners = requests.filter((each) => each.fromPartner).length;
  const counts = new Map<string, number>();
  for (const { nationality } of proposed) counts.set(nationality, (counts.get(nationality) ?? 0) + 1);
  const byNationality = [...counts]
    .map(([nationality, count]) => ({ nationality, count }))
    .sort((a, b) => b.count - a.count || a.nationality.localeCompare(b.nationality));
  return {
    requests: requests.length,
    communes: new Set(requests.map(({ commune }) => commune)).size,
    fromPartners,
    fromPartnersShare: share(fromPartners, requests.length),
    proposed: proposed.length,
    ages: {
      '18-19': proposed.filter(({ age }) => age < 20).length,
      '20-25': proposed.filter(({ age }) => age >= 20 && age <= 25).length,
      '26+': proposed.filter(({ age }) => age > 25).length,
    },
    nationalities: byNationality.length,
    byNationality,
    assistedReturns: requests.filter(({ outcome }) => outcome === 'assisted-return').length,
  };
}

/**
 * The same for anybody else (R34). A count under 11 is hidden, none included, and with it whatever gives it back: a total whose other parts are
 * shown, a share, a number of nationalities. Of two complementary counts either both are shown or neither.
 */
export function releasedFigures(exact: OrientationFigures): OrientationFigures {
  const requests = shown(exact.requests);
  const partners = bothShown(exact.fromPartners, exact.requests);
  const proposed = bothShown(exact.proposed, exact.requests);
  // Ages and nationalities add up to the proposals: one hidden part hides them all, for one of them alone would be the difference.
  const ages = Object.values(exact.ages).every(isLarge) && proposed !== null;
  const nationalities = exact.byNationality.every(({ count }) => isLarge(count)) && proposed !== null;
  return {
    requests,
    communes: requests === null ? null : shown(exact.communes),
    fromPartners: partners,
    fromPartnersShare: partners === null ? null : exact.fromPartnersShare,
    proposed,
    ages: ages ? exact.ages : { '18-19': null, '20-25': null, '26+': null },
    nationalities: nationalities ? exact.nationalities : null,
    byNationality: nationalities ? exact.byNationality : [],
    assistedReturns: bothShown(exact.assistedReturns, exact.requests),
  };
}

const isLarge = (count: Count): boolean => count !== null && count >= SMALLEST_RELEASED;
const shown = (count: Count): Count => (isLarge(count) ? count : null);

/** A part of a whole, where neither it nor what is left of the whole is small. */
const bothShown = (part: Count, whole: Count): Count =>
  part !== null && whole !== null && isLarge(part) && isLarge(whole - part) && isLarge(whole) ? part : null;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((100 * part) / whole));
