import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { OneOf, Optional, Timestamp, Uuid } from '../rules';
import { COMPETENCE_GROUNDS, type CompetenceGround } from './competence-claimed.v1';

export const COMPETENCE_ESCALATED = 'liaison.competence.escalated.v1';

/** From the lowest: the parquet where the child was found; those of both départements; the national coordination. */
export const COMPETENCE_LEVELS = ['departmental', 'interdepartmental', 'national'] as const;
export type CompetenceLevel = (typeof COMPETENCE_LEVELS)[number];

/**
 * Two départements do not agree which of them is competent for a child: whoever decides at this level is asked. It says which
 * départements, on what grounds and since when, and nothing about the child, so that the coordination may have it too (R34).
 */
@EventPayload(COMPETENCE_ESCALATED)
@JSONSchema({ title: 'Competence escalated' })
export class CompetenceEscalatedV1 {
  /** Of the one conflict, at every level. */
  @Category('procedure')
  @Uuid()
  conflict: string;

  @Category('procedure')
  @OneOf(COMPETENCE_LEVELS)
  level: CompetenceLevel;

  /** Which shelters the child meanwhile. */
  @Category('procedure')
  @DepartementCode()
  sheltering: string;

  /** Which is said to be competent. */
  @Category('procedure')
  @DepartementCode()
  claimed: string;

  /** Of the claim. */
  @Category('procedure')
  @OneOf(COMPETENCE_GROUNDS)
  ground: CompetenceGround;

  /** Of the refusal; absent where nobody answered. */
  @Category('procedure')
  @Optional()
  @OneOf(COMPETENCE_GROUNDS)
  refusal?: CompetenceGround;

  @Category('dates')
  @Timestamp()
  openedAt: string;

  @Category('dates')
  @Timestamp()
  decideBy: string;
}
