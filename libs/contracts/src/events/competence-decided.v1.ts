import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { OneOf, Optional, Timestamp, Uuid } from '../rules';
import { COMPETENCE_LEVELS } from './competence-escalated.v1';

export const COMPETENCE_DECIDED = 'liaison.competence.decided.v1';

/**
 * `competent`: which département, in `departement`. `undecided`: this level does not decide, the next may be asked.
 * `withdrawn`: whoever claimed has it itself. `of-age`: child protection has nothing left to dispute (R17).
 */
export const COMPETENCE_OUTCOMES = ['competent', 'undecided', 'withdrawn', 'of-age'] as const;
export type CompetenceOutcome = (typeof COMPETENCE_OUTCOMES)[number];

/** Who decided: the two départements between them, a judge's order, or a level that was asked. */
export const COMPETENCE_DECIDERS = ['agreement', 'judge', ...COMPETENCE_LEVELS] as const;
export type CompetenceDecider = (typeof COMPETENCE_DECIDERS)[number];

/** How a conflict of competence ends, from whoever decides it and then to everybody who has heard of it. Nothing about the child. */
@EventPayload(COMPETENCE_DECIDED)
@JSONSchema({ title: 'Competence decided' })
export class CompetenceDecidedV1 {
  @Category('procedure')
  @Uuid()
  conflict: string;

  @Category('procedure')
  @OneOf(COMPETENCE_OUTCOMES)
  outcome: CompetenceOutcome;

  /** Where it is `competent`. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;

  @Category('procedure')
  @Optional()
  @OneOf(COMPETENCE_DECIDERS)
  by?: CompetenceDecider;

  @Category('dates')
  @Timestamp()
  decidedAt: string;
}
