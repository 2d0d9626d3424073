import type { AgencyKind } from '@liaison/kernel';
import type { Fact, Facts } from '@liaison/sharing-policy';
import { midnight, zoneOf } from '../legal-day';

/** What an agency knows of a case that decisions depend on, as stored in `messaging.cases.facts`. Absent: unknown. */
export interface CaseFacts {
  /** INSEE code of the département where the person is. */
  readonly departement?: string;
  /** `YYYY-MM-DD`, where established or declared. An estimated age is not a birth date: it leaves the age unknown. */
  readonly birthDate?: string;
  /** Of age, as whoever sent the case knows: adults have a scheme of their own, in which no birth date goes round (R30). */
  readonly adult?: boolean;
  /** A measure hides the identity (CPP 706-62-2) or the address (CPP 706-57). */
  readonly protectedIdentity?: boolean;
  readonly protectedAddress?: boolean;
  /** What the person said, for one kind of recipient and one purpose each (R11). */
  readonly consents?: readonly Consent[];
  /** Agency ids that this agency has asked for an opinion on the case, and not withdrawn its request from. */
  readonly askedForOpinion?: readonly string[];
  /** Agency ids that take the person in charge, or take them there. */
  readonly takesInCharge?: readonly string[];
  /** Agency ids that have a contact point for what the case is about, and were chosen by it; or that follow a child. */
  readonly namedContact?: readonly string[];
  /** Agency ids of child protection that is said, or was decided, to be competent for the child (R28). */
  readonly claimedCompetent?: readonly string[];
  /** Somebody named has stated, with a written reason, that a life or bodily integrity is at stake (R35). */
  readonly vitalInterest?: boolean;
}

export const CONSENT_VALUES = ['given', 'refused', 'withdrawn'] as const;

export interface Consent {
  readonly to: AgencyKind;
  readonly purpose: string;
  readonly value: (typeof CONSENT_VALUES)[number];
}

/** C. civ. 414: whoever has reached it is of age. */
export const MAJORITY_YEARS = 18;

/**
 * The facts of now, with who vouches for them. What nobody established stays unknown, and unknown protects (R15, R16).
 * @param owner agency id that vouches
 * @param release for whom and for what: a consent counts for nothing else
 */
export function factsAt(
  facts: CaseFacts,
  at: Date,
  owner: string,
  release?: Pick<Consent, 'to' | 'purpose'>,
): Facts {
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
  if (facts.vitalInterest !== undefined) {
    known.vitalInterest = { value: facts.vitalInterest, owner, visibleTo: 'both' };
  }
  const consent = facts.consents?.find(
    ({ to, purpose }) => release && to === release.to && purpose === release.purpose,
  );
  if (consent) {
    const { to, purpose, value } = consent;
    known.consent = { ...held(value), scope: { to, purpose } };
  }
  return known;
}

/** From the eighteenth birthday the adult rules apply (R17): a minor's age holds until that midnight. */
function ageAt(
  { adult, birthDate, departement }: CaseFacts,
  at: Date,
): { value: string; until?: Date } | undefined {
  const [year, month, day] = (birthDate ?? '').split('-').map(Number);
  if (!year || !month || !day) return adult ? { value: 'adult' } : undefined;
  // No zone is a day away from UTC: most adults need no look at their clocks.
  if (at.getTime() >= Date.UTC(year + MAJORITY_YEARS, month - 1, day + 1)) return { value: 'adult' };
  const until = midnight(year + MAJORITY_YEARS, month, day, zoneOf(departement));
  return at >= until ? { value: 'adult' } : { value: 'minor', until };
}
