import type { RevocationEffect } from '@liaison/contracts';

/**
 * Fields of something that another agency shared of which it said later that fewer see them, or that they are gone. In the
 * column `revoked_fields` of each table of what others share, in the order in which it was said.
 */
export interface RevokedFields {
  /** RFC 3339. */
  readonly at: string;
  readonly effect: RevocationEffect;
  readonly fields: readonly string[];
}

/** What only some readers may still see of a stored row. */
export const restrictedFields = (revoked: readonly RevokedFields[]): readonly string[] =>
  fieldsOf(revoked, 'restrict');

/** What of a stored row is gone; the mark is that of anything that is withheld. */
export const purgedFields = (revoked: readonly RevokedFields[]): readonly string[] =>
  fieldsOf(revoked, 'purge');

const fieldsOf = (revoked: readonly RevokedFields[], which: RevocationEffect): readonly string[] => [
  ...new Set(revoked.flatMap(({ effect, fields }) => (effect === which ? fields : []))),
];

/** SQL, for a migration. */
export const addRevokedFields = (table: string, ingest: string): string => `
ALTER TABLE ${table} ADD COLUMN revoked_fields jsonb NOT NULL DEFAULT '[]';
GRANT UPDATE (revoked_fields) ON ${table} TO ${ingest}`;

export const dropRevokedFields = (table: string): string => `ALTER TABLE ${table} DROP COLUMN revoked_fields`;

/**
 * A `TimelineSource`: since when which part of something is shown to fewer, or gone. How many fields it was, not which: they
 * have one mark with whatever else is withheld.
 * @param of SQL of a row `t` of a table of what others share: its id, sender and version, and from where and which
 */
export const revokedFieldsEntries = (
  kind: string,
  of: {
    readonly id: string;
    readonly sender: string;
    readonly version?: string;
    readonly from: string;
    readonly where: string;
  },
): string => `
SELECT (f.value ->> 'at')::timestamptz,
       '${kind}-fields-' || CASE f.value ->> 'effect' WHEN 'purge' THEN 'purged' ELSE 'restricted' END,
       ${of.id}, ${of.sender}, ${of.version ?? 'NULL::int'},
       jsonb_build_object('fields', jsonb_array_length(f.value -> 'fields')), NULL::uuid
  FROM ${of.from} CROSS JOIN LATERAL jsonb_array_elements(t.revoked_fields) AS f (value)
 WHERE ${of.where}`;
