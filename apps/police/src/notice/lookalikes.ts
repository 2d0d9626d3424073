import { AgencyPolicy, decidedFields } from '@liaison/casework';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher, type Sql } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { PURPOSE } from './purpose';
import { type CivilStatusSeen, lookalike, lookupKeysOf } from './lookalike';
import type { DraftContent } from './notice';
import type { LookalikeWarning } from './notice.answers';
import { NoticeRow } from './notice.entity';
import { readRecord } from './read-record';
import { contentOf } from './stored-notice';

/** Who is written about. */
export interface Asked {
  readonly content: DraftContent;
  /** The notice itself, where it is stored already. */
  readonly own?: string;
}

/** A common name must not load a unit's whole history: the newest that share a key, of these the newest. */
const MOST_COMPARED = 10;
const MOST_SHOWN = 3;

const FIND = `
SELECT asked.which, found.notice_id AS id
  FROM unnest($2::int[], $3::text[]) AS asked (which, key)
 CROSS JOIN LATERAL (
   SELECT notice_id FROM police.name_key
    WHERE unit = $1 AND key = asked.key ORDER BY notice_id DESC LIMIT ${MOST_COMPARED + 1}) AS found`;

const known = new WeakMap<DraftContent, readonly string[]>();

/** Worked out once for a request, which looks for them and then remembers them. Content is never changed in place. */
function keysOf(content: DraftContent): readonly string[] {
  let keys = known.get(content);
  if (!keys) {
    keys = lookupKeysOf(content.civilStatus);
    known.set(content, keys);
  }
  return keys;
}

const REMEMBER = `
INSERT INTO police.name_key (unit, key, notice_id) SELECT $1, * FROM unnest($2::text[], $3::uuid[])`;

/**
 * Whether a unit already has the person: a warning, of its own notices only, as far as the caller's roles may read who
 * they are about. It never stands in the way; two that are written in the same instant are not compared.
 */
@Injectable()
export class Lookalikes {
  constructor(
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** In the order of what was asked; each warning is recorded as a reading of the notice that it shows. */
  async find(
    manager: EntityManager,
    identity: Identity,
    asked: readonly Asked[],
    at: Date,
  ): Promise<readonly (readonly LookalikeWarning[])[]> {
    const keys = asked.flatMap(({ content }, which) => keysOf(content).map((key) => [which, key] as const));
    const found =
      keys.length === 0
        ? []
        : await manager.query<{ which: number; id: string }[]>(FIND, [
            identity.unit,
            keys.map(([which]) => which),
            keys.map(([, key]) => key),
          ]);
    const candidates = asked.map(({ own }, which) => {
      const ids = new Set(found.filter((row) => row.which === which && row.id !== own).map(({ id }) => id));
      return [...ids].sort().reverse().slice(0, MOST_COMPARED);
    });
    const ids = [...new Set(candidates.flat())];
    if (ids.length === 0) return asked.map(() => []);
    const rows = await manager.find(NoticeRow, { where: { id: In(ids), unit: identity.unit } });
    // One round trip for all of them: each asks before the first is answered.
    const read = await Promise.all(rows.map((row) => this.read(manager, identity, row, at)));
    const seen = new Map(rows.map(({ id }, index) => [id, read[index]]));

    const shown = new Set<string>();
    const warnings = asked.map(({ content }, which) => {
      const alike = (candidates[which] ?? []).flatMap((id) => {
        const candidate = seen.get(id);
        const reasons = candidate && lookalike(content.civilStatus, candidate.civilStatus);
        return candidate && reasons ? [{ row: candidate.row, reasons }] : [];
      });
      return alike.slice(0, MOST_SHOWN).map(({ row, reasons }) => {
        shown.add(row.id);
        return {
          notice: row.id,
          state: row.state,
          createdAt: row.createdAt.toISOString(),
          reasons: [...reasons],
        };
      });
    });
    const records = [...shown].flatMap((id) => seen.get(id)?.record() ?? []);
    if (records.length > 0) {
      await this.audit.append(manager, records);
      this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    }
    return warnings;
  }

  /** Of one draft. */
  async findOne(manager: EntityManager, identity: Identity, asked: Asked, at: Date) {
    const [warnings = []] = await this.find(manager, identity, [asked], at);
    return warnings;
  }

  /** Of new notices. */
  async remember(
    sql: Sql,
    { unit }: Identity,
    notices: readonly { readonly id: string; readonly content: DraftContent }[],
  ): Promise<void> {
    const keys = notices.flatMap(({ id, content }) => keysOf(content).map((key) => [key, id] as const));
    if (keys.length === 0) return;
    await sql.query(REMEMBER, [unit, keys.map(([key]) => key), keys.map(([, id]) => id)]);
  }

  /** Of a notice that says something else from now on. */
  async replace(
    manager: EntityManager,
    identity: Identity,
    id: string,
    content: DraftContent,
  ): Promise<void> {
    await this.forget(manager, id);
    await this.remember(manager, identity, [{ id, content }]);
  }

  async forget(manager: EntityManager, id: string): Promise<void> {
    await manager.query('DELETE FROM police.name_key WHERE notice_id = $1', [id]);
  }

  /** As far as the caller's roles may; nothing where they may not read it at all. */
  private async read(manager: EntityManager, identity: Identity, row: NoticeRow, at: Date) {
    if (row.state === 'discarded') return undefined;
    const { content, type, facts } = await contentOf(manager, row);
    const answer = this.policy.read({ type, data: content, purpose: PURPOSE, facts }, identity.roles, at);
    if (!answer) return undefined;
    const { civilStatus } = answer.data as { readonly civilStatus?: CivilStatusSeen };
    const compared = decidedFields(answer.decision).filter(({ path }) => path.startsWith('civilStatus.'));
    return {
      row,
      civilStatus,
      record: () => readRecord(this.audit, identity, row, type, answer.decision, at, compared),
    };
  }
}
