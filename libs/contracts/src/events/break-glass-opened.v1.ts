import { JSONSchema } from 'class-validator-jsonschema';
import { FieldPath } from '../codes';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp, Uuid } from '../rules';

export const BREAK_GLASS_OPENED = 'liaison.break-glass.opened.v1';

/** Vital interests (RGPD 6(1)(d), 9(2)(c)); the words of whoever opened stay in their agency. */
export const BREAK_GLASS_GROUNDS = ['danger-to-life', 'danger-to-others', 'child-in-danger'] as const;
export type BreakGlassGround = (typeof BREAK_GLASS_GROUNDS)[number];

/**
 * At the recipient of a case, somebody opened in an emergency what is withheld from their role. Urgent: applied on
 * arrival, outside the case's order. The person is not in it: the case is known by the envelope's `subject`.
 */
@EventPayload(BREAK_GLASS_OPENED)
@JSONSchema({ title: 'Break-glass opened' })
export class BreakGlassOpenedV1 {
  /** Of the opening. */
  @Category('procedure')
  @Uuid()
  opening: string;

  @Category('procedure')
  @OneOf(BREAK_GLASS_GROUNDS)
  ground: BreakGlassGround;

  @Category('dates')
  @Timestamp()
  openedAt: string;

  /** It ends by itself. */
  @Category('dates')
  @Timestamp()
  until: string;

  /** Names of the fields that it opened, never what is in them. */
  @Category('procedure')
  @FieldPath({ list: 500 })
  fields: string[];
}
