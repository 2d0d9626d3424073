import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Optional, Timestamp } from '../rules';

export const ORIENTATION_ANSWERED = 'liaison.orientation.answered.v1';

/** How far a request has come; where the person goes is said to nobody who does not take them there. */
export const ORIENTATION_STEPS = ['evaluated', 'place-found', 'supported', 'closed'] as const;
export type OrientationStep = (typeof ORIENTATION_STEPS)[number];

export const ORIENTATION_ENDS = [
  'own-housing',
  'ordinary-shelter',
  'other-scheme',
  'assisted-return',
  'left',
  'not-eligible',
  'no-place',
  'consent-withdrawn',
] as const;
export type OrientationEnd = (typeof ORIENTATION_ENDS)[number];

/** The coordination tells whoever asked what became of it; the envelope's `subject` names the request. */
@EventPayload(ORIENTATION_ANSWERED)
@JSONSchema({ title: 'Orientation answered' })
export class OrientationAnsweredV1 {
  @Category('procedure')
  @OneOf(ORIENTATION_STEPS)
  step: OrientationStep;

  /** With `closed`. */
  @Category('procedure')
  @Optional()
  @OneOf(ORIENTATION_ENDS)
  outcome?: OrientationEnd;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
