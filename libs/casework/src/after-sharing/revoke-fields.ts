import type { RevocationEffect } from '@liaison/contracts';
import { withoutFields } from '@liaison/sharing-policy';
import type { EntityManager } from 'typeorm';
import type { RevokedFields } from './revoked-fields';
import type { SharedTable } from './shared-tables';

interface Revoking {
  readonly sender: string;
  readonly events: readonly string[];
  readonly at: Date;
  readonly fields: readonly string[];
}

/** From now on these fields are shown to fewer. */
export async function restrictFields(
  manager: EntityManager,
  table: SharedTable,
  revoking: Revoking,
): Promise<void> {
  const fields = storedFields(table, revoking.fields);
  if (fields.length === 0) return;
  const { sender, events, at } = revoking;
  await manager.query(
    `UPDATE ${table.table} t SET ${changes(table, '$3')} WHERE ${named(table)} AND ${table.holds}`,
    [sender, events, noted('restrict', fields, at)],
  );
}

/** These fields go, with what was made of them; their names are marked withheld. */
export async function purgeFields(
  manager: EntityManager,
  table: SharedTable,
  revoking: Revoking,
): Promise<void> {
  const fields = storedFields(table, revoking.fields);
  if (fields.length === 0) return;
  const purged = 'document' in table.parts ? purgeInDocument : purgeColumns;
  const ids = await purged(manager, table, { ...revoking, fields });
  if (ids.length === 0) return;
  for (const statement of table.forgetParts ?? []) await manager.query(statement, [ids, fields]);
}

/** Of a document every path may be one: what is not in it is not in it. */
const storedFields = ({ parts }: SharedTable, fields: readonly string[]): readonly string[] =>
  'columns' in parts ? fields.filter((path) => Object.hasOwn(parts.columns, path)) : fields;

async function purgeColumns(
  manager: EntityManager,
  table: SharedTable,
  { sender, events, fields, at }: Revoking,
): Promise<readonly string[]> {
  const columns = 'columns' in table.parts ? table.parts.columns : {};
  const emptied = fields.map((path) => `${columns[path]} = NULL`).join(', ');
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `UPDATE ${table.table} t SET ${changes(table, '$3')}, ${emptied} WHERE ${named(table)} AND ${table.holds}
      RETURNING t.${table.event} AS id`,
    [sender, events, noted('purge', fields, at)],
  );
  return rows.map(({ id }) => id);
}

async function purgeInDocument(
  manager: EntityManager,
  table: SharedTable,
  { sender, events, fields, at }: Revoking,
): Promise<readonly string[]> {
  const document = 'document' in table.parts ? table.parts.document : '';
  const id = table.forgetParts ? 'id' : table.event;
  const rows = await manager.query<{ id: string; event: string; document: object; withheld: string[] }[]>(
    `SELECT t.${id} AS id, t.${table.event} AS event, t.${document} AS document, t.withheld FROM ${table.table} t
      WHERE ${named(table)} AND ${table.holds} ORDER BY t.${table.event} FOR UPDATE`,
    [sender, events],
  );
  for (const row of rows) {
    const withheld = [...new Set([...row.withheld, ...fields])].sort();
    await manager.query(
      `UPDATE ${table.table} t SET ${changes(table, '$3')}, ${document} = $4, withheld = $5 WHERE ${named(table)}`,
      [
        sender,
        [row.event],
        noted('purge', fields, at),
        JSON.stringify(withoutFields(row.document, fields)),
        JSON.stringify(withheld),
      ],
    );
  }
  return rows.map((row) => row.id);
}

const changes = ({ counted }: SharedTable, entry: string): string =>
  [`revoked_fields = t.revoked_fields || ${entry}::jsonb`, ...(counted ? [counted] : [])].join(', ');

const noted = (effect: RevocationEffect, fields: readonly string[], at: Date): string =>
  JSON.stringify([{ at: at.toISOString(), effect, fields }] satisfies RevokedFields[]);

/** SQL: the rows `t` of the sender `$1` and its events `$2`. */
export const named = ({ sender, event }: Pick<SharedTable, 'sender' | 'event'>): string =>
  `t.${sender} = $1 AND t.${event} = ANY ($2::uuid[])`;
