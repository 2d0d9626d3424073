import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { LongText, OneOf, Optional, Timestamp, Uuid } from '../rules';
import { COMPETENCE_GROUNDS, type CompetenceGround } from './competence-claimed.v1';

export const COMPETENCE_ANSWERED = 'liaison.competence.answered.v1';

export const COMPETENCE_ANSWERS = ['accepted', 'refused'] as const;
export type CompetenceAnswer = (typeof COMPETENCE_ANSWERS)[number];

/** The département that was said to be competent accepts, at any time before it is decided, or refuses with its reason. */
@EventPayload(COMPETENCE_ANSWERED)
@JSONSchema({ title: 'Competence answered' })
export class CompetenceAnsweredV1 {
  @Category('procedure')
  @Uuid()
  conflict: string;

  @Category('procedure')
  @OneOf(COMPETENCE_ANSWERS)
  answer: CompetenceAnswer;

  /** Of a refusal: what makes another département competent. */
  @Category('procedure')
  @Optional()
  @OneOf(COMPETENCE_GROUNDS)
  ground?: CompetenceGround;

  /** Of a refusal, in the words of whoever refuses. */
  @Category('free-text')
  @Optional()
  @LongText(5000)
  account?: string;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
