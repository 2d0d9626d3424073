import type { Agency } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import { legalDay } from '../legal-day';
import { named, purgeFields, restrictFields } from './revoke-fields';
import type { HeldShare, Purging, Restricting, SharedContent } from './shared-content';

/**
 * A table of what others shared, a row an event. It has the columns `keep_until`, `restricted_since`, `revoked_fields`
 * (`addRevokedFields`), `purged_at` and `purge_reason`; `ingest` may write them, and what is emptied. In SQL a row of it is `t`. What is said here is the
 * service's own text, never anybody's input.
 */
export interface SharedTable {
  readonly table: string;
  /** Columns of who sent it, and of the event's id there. */
  readonly sender: string;
  readonly event: string;
  /** SQL: this agency's own case. */
  readonly caseId: string;
  /** SQL: there is something to restrict or to purge. */
  readonly holds: string;
  /** SQL: the assignments that leave nothing of it. MUST make `holds` false, or the row is purged again and again. */
  readonly emptied: string;
  /** SQL: an assignment where somebody waits for a change of the row's version. */
  readonly counted?: string;
  /** What was made of the rows, and goes with them: each a statement that takes their ids. The table has an `id`. */
  readonly forget?: readonly string[];
  /**
   * How some fields of it go. `document`: the column (json) that has the payload as it came, beside `withheld` (json). `columns`: by
   * path, the column that holds its value; what has none is not stored. Readers give `restrictedFields` of `revoked_fields` to
   * the engine, and `purgedFields` where the table has no `withheld`.
   */
  readonly parts: { readonly document: string } | { readonly columns: Readonly<Record<string, string>> };
  /** As `forget`, each with the paths that go as a second parameter. */
  readonly forgetParts?: readonly string[];
}

/**
 * The general part of a service's `SharedContent`: it says in which tables it keeps what others shared, and on which
 * cases a duty of its own rests.
 */
export abstract class SharedTables implements SharedContent {
  protected abstract readonly tables: readonly SharedTable[];
  /** SQL function of cases (`uuid[]`) and a legal day: those under a duty. Absent: there is no such duty here. */
  protected readonly duties?: string;

  protected constructor(private readonly agency: Agency) {}

  /** Against acts that would begin a duty: they come before this or after, not in between. */
  protected abstract lockCases(manager: EntityManager, cases: readonly string[]): Promise<void>;

  async underDuty(manager: EntityManager, cases: readonly string[], at: Date): Promise<ReadonlySet<string>> {
    if (this.duties === undefined || cases.length === 0) return new Set();
    await this.lockCases(manager, cases);
    const rows = await manager.query<{ case_id: string }[]>(
      `SELECT case_id FROM ${this.duties}($1, $2) AS d (case_id)`,
      [cases, this.today(at)],
    );
    return new Set(rows.map(({ case_id }) => case_id));
  }

  async held(manager: EntityManager, sender: string, events: readonly string[]): Promise<readonly string[]> {
    const held: string[] = [];
    for (const { table, holds, ...by } of this.tables) {
      const rows = await manager.query<{ event: string }[]>(
        `SELECT t.${by.event} AS event FROM ${table} t WHERE ${named(by)} AND ${holds}`,
        [sender, events],
      );
      held.push(...rows.map(({ event }) => event));
    }
    return held;
  }

  async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    { at, reason, fields }: Purging,
  ): Promise<void> {
    if (fields) {
      for (const table of this.tables) await purgeFields(manager, table, { sender, events, at, fields });
      return;
    }
    for (const { table, holds, emptied, counted, forget = [], ...by } of this.tables) {
      const gone = ['purged_at = $3', 'purge_reason = $4', emptied, ...(counted ? [counted] : [])].join(', ');
      const [rows] = await manager.query<[{ id: string }[], number]>(
        `UPDATE ${table} t SET ${gone} WHERE ${named(by)} AND ${holds}
          RETURNING ${forget.length > 0 ? 't.id' : `t.${by.event}`} AS id`,
        [sender, events, at, reason],
      );
      if (rows.length === 0) continue;
      for (const statement of forget) await manager.query(statement, [rows.map(({ id }) => id)]);
    }
  }

  async restrict(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    { at, fields }: Restricting,
  ): Promise<void> {
    if (fields) {
      for (const table of this.tables) await restrictFields(manager, table, { sender, events, at, fields });
      return;
    }
    for (const { table, holds, counted, ...by } of this.tables) {
      await manager.query(
        `UPDATE ${table} t SET ${['restricted_since = $3', ...(counted ? [counted] : [])].join(', ')}
          WHERE ${named(by)} AND t.restricted_since IS NULL AND ${holds}`,
        [sender, events, at],
      );
    }
  }

  async expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]> {
    const expired: HeldShare[] = [];
    for (const { table, caseId, holds, ...by } of this.tables) {
      // What a duty keeps would otherwise be in the way of the next, round after round.
      const free = this.duties ? `AND NOT EXISTS (SELECT FROM ${this.duties}(ARRAY[${caseId}], $3))` : '';
      expired.push(
        ...(await manager.query<HeldShare[]>(
          `SELECT t.${by.sender} AS sender, ${caseId} AS "caseId", t.${by.event} AS event FROM ${table} t
            WHERE t.keep_until <= $1 AND ${holds} ${free}
            ORDER BY t.keep_until LIMIT $2 FOR UPDATE OF t SKIP LOCKED`,
          [at, limit - expired.length, ...(this.duties ? [this.today(at)] : [])],
        )),
      );
    }
    return expired;
  }

  private today(at: Date): string {
    return legalDay(at, this.agency.departement);
  }
}
