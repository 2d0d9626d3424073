import { JSONSchema } from 'class-validator-jsonschema';
import { FieldPath } from '../codes';
import { ProtocolPayload } from '../field-category';
import { OneOf, Optional, Timestamp, Uuid } from '../rules';
import { SHARE_REVOKED } from './share-revoked.v1';

export const SHARE_PURGED = 'liaison.share.purged.v1';

/** `revoked`: its sender said so. `term-ended`: it was kept as long as its convention allows. */
export const PURGE_REASONS = ['revoked', 'term-ended'] as const;
export type PurgeReason = (typeof PURGE_REASONS)[number];

/** What a recipient no longer holds of what was shared with it, and what it has to keep by a duty of its own. */
@ProtocolPayload(SHARE_PURGED, { sequenced: true })
@JSONSchema({ title: 'Share purged' })
export class SharePurgedV1 {
  @Timestamp()
  purgedAt: string;

  @OneOf(PURGE_REASONS)
  reason: PurgeReason;

  /** Id of the `share.revoked` that it answers. */
  @Optional()
  @Uuid()
  revocation?: string;

  /** Ids of the events of which nothing is held any more. */
  @Uuid({ list: 500 })
  purged: string[];

  /** Ids of those that are kept because a legal duty rests on them, and shown to fewer. */
  @Uuid({ list: 500 })
  kept: string[];

  /** Where the order named fields: of these events, those alone. */
  @Optional()
  @FieldPath({ list: 500 })
  fields?: string[];
}

/**
 * What follows after sharing: allowed by a floor, so that it also reaches who has no convention any more; recorded and
 * acknowledged like content all the same, because whoever looks has to find out who was told.
 */
export const SHARE_TYPES: readonly string[] = [SHARE_REVOKED, SHARE_PURGED];
