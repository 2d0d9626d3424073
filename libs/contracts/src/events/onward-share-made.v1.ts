import { JSONSchema } from 'class-validator-jsonschema';
import { ConventionId, DirectoryId, EventTypeName } from '../codes';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp, Uuid } from '../rules';
import { CATEGORIES, type FieldCategory } from '../vocabulary';

export const ONWARD_SHARE_MADE = 'liaison.onward-share.made.v1';

/**
 * Something that an agency had shared was passed on to another, as its convention lets it be (R04): what kinds of fields, to
 * whom, when and under which convention; no value of any. In order, on the case that it came by.
 */
@EventPayload(ONWARD_SHARE_MADE)
@JSONSchema({ title: 'Onward share made' })
export class OnwardShareMadeV1 {
  /** Of the share: the same for each agency that something of it came from. */
  @Category('procedure')
  @Uuid()
  share: string;

  /** Id of the event by which it had come: the originator's own. */
  @Category('procedure')
  @Uuid()
  event: string;

  /** Agency that got it. */
  @Category('procedure')
  @DirectoryId()
  recipient: string;

  /** What it got it as. */
  @Category('procedure')
  @EventTypeName()
  type: string;

  /** Under which it left. */
  @Category('procedure')
  @ConventionId()
  convention: string;

  /** Of the fields that were passed on; what was generalised counts. */
  @Category('procedure')
  @OneOf(CATEGORIES, { list: CATEGORIES.length })
  categories: FieldCategory[];

  /** When that was decided for good. */
  @Category('dates')
  @Timestamp()
  sharedAt: string;
}
