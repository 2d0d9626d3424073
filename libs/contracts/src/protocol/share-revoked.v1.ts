import { JSONSchema } from 'class-validator-jsonschema';
import { FieldPath } from '../codes';
import { ProtocolPayload } from '../field-category';
import { OneOf, Optional, Timestamp, Uuid } from '../rules';

export const SHARE_REVOKED = 'liaison.share.revoked.v1';

/** What a recipient is told to do. That nothing new leaves (`stop`) needs no telling. */
export const REVOCATION_EFFECTS = ['restrict', 'purge'] as const;
export type RevocationEffect = (typeof REVOCATION_EFFECTS)[number];

/**
 * A ground on which events were shared has ended, and their convention says what follows. It is applied on arrival. Where
 * it says `purge`, the recipient answers with `share.purged`. Its id is the id of the order. It does not say which ground: that
 * somebody is protected would be told with it (R20, R21).
 */
@ProtocolPayload(SHARE_REVOKED, { sequenced: true })
@JSONSchema({ title: 'Share revoked' })
export class ShareRevokedV1 {
  @Timestamp()
  revokedAt: string;

  @OneOf(REVOCATION_EFFECTS)
  effect: RevocationEffect;

  /** Ids of the events that were shared on that ground: as the recipient knows them. */
  @Uuid({ list: 500 })
  events: string[];

  /**
   * Paths of the fields of these events that it reaches, list items under one: their others stay as they are. Absent: the
   * events as a whole.
   */
  @Optional()
  @FieldPath({ list: 500 })
  fields?: string[];
}
