import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, LongText, OneOf, Optional, Section, Timestamp, Uuid } from '../rules';
import { DeclaredIdentity } from './notice/civil-status';
import { ReferredAge } from './referral-made.v1';

export const COMPETENCE_CLAIMED = 'liaison.competence.claimed.v1';

/** What makes a département competent, as those who dispute it say. `already-followed`: it has a file on the child. */
export const COMPETENCE_GROUNDS = ['offence', 'residence', 'family', 'already-followed', 'other'] as const;
export type CompetenceGround = (typeof COMPETENCE_GROUNDS)[number];

/** Who the child says to be: child protection establishes nobody's identity (R06). */
export class ClaimedCivilStatus {
  @Optional()
  @Section(() => DeclaredIdentity, { notEmpty: true })
  declared?: DeclaredIdentity;

  @Category('declared-identity')
  @Optional()
  @LanguageCode({ list: 20 })
  languages?: string[];
}

/** Where the child was found: the département, never the place (R28). */
export class DepartementFound {
  @Category('procedure')
  @DepartementCode()
  departement: string;
}

/**
 * Child protection of the département where a child was found says that another one is competent. The child is sheltered
 * where it was found meanwhile: nothing about its care waits for the answer (R28).
 */
@EventPayload(COMPETENCE_CLAIMED)
@JSONSchema({ title: 'Competence claimed' })
export class CompetenceClaimedV1 {
  /** The département that is said to be competent. */
  @Category('procedure')
  @DepartementCode()
  departement: string;

  @Category('procedure')
  @OneOf(COMPETENCE_GROUNDS)
  ground: CompetenceGround;

  /** What the ground rests on, in the words of whoever claims. */
  @Category('free-text')
  @Optional()
  @LongText(5000)
  account?: string;

  @Optional()
  @Section(() => ClaimedCivilStatus, { notEmpty: true })
  civilStatus?: ClaimedCivilStatus;

  @Section(() => ReferredAge)
  age: ReferredAge;

  /** Set by the service that sends it, as what follows. */
  @Optional()
  @Section(() => DepartementFound)
  found?: DepartementFound;

  /** Since when the child has provisional shelter. */
  @Category('dates')
  @Optional()
  @CalendarDate()
  shelteredSince?: string;

  /** Names the conflict in everything that follows. */
  @Category('procedure')
  @Optional()
  @Uuid()
  conflict?: string;

  @Category('dates')
  @Optional()
  @Timestamp()
  claimedAt?: string;

  @Category('dates')
  @Optional()
  @Timestamp()
  answerBy?: string;
}
