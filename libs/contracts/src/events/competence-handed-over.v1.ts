import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, ListOf, OneOf, Optional, Section, Timestamp, Uuid, WholeNumber } from '../rules';
import { ClaimedCivilStatus, DepartementFound } from './competence-claimed.v1';
import { COMPETENCE_DECIDERS, type CompetenceDecider } from './competence-decided.v1';
import { ReferralMadeV1, ReferredAge } from './referral-made.v1';

export const COMPETENCE_HANDED_OVER = 'liaison.competence.handed-over.v1';

/**
 * The file of a child goes to the département that is competent (CASF L221-3): what child protection has written itself, and
 * the referrals that their conventions let it pass on. Whoever sends it keeps its own.
 */
@EventPayload(COMPETENCE_HANDED_OVER)
@JSONSchema({ title: 'Competence handed over' })
export class CompetenceHandedOverV1 {
  @Category('procedure')
  @Uuid()
  conflict: string;

  /** The competent one. */
  @Category('procedure')
  @DepartementCode()
  departement: string;

  @Category('procedure')
  @OneOf(COMPETENCE_DECIDERS)
  decidedBy: CompetenceDecider;

  @Optional()
  @Section(() => ClaimedCivilStatus, { notEmpty: true })
  civilStatus?: ClaimedCivilStatus;

  @Section(() => ReferredAge)
  age: ReferredAge;

  @Section(() => DepartementFound)
  found: DepartementFound;

  @Category('dates')
  @Optional()
  @CalendarDate()
  shelteredSince?: string;

  /** What others referred, word for word, each with the convention that it came under. */
  @Optional()
  @ListOf(() => ReferralMadeV1, { max: 20 })
  referrals?: ReferralMadeV1[];

  /** Documents on file that no convention lets go along: to be asked of whoever wrote them. */
  @Category('procedure')
  @WholeNumber(0, 1000)
  keptBack: number;

  @Category('dates')
  @Timestamp()
  handedOverAt: string;
}
