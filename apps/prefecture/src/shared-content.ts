import { AGENCY, type HeldShare, legalDay, type SharedContent } from '@liaison/casework';
import type { PurgeReason } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What investigating services shared with a préfecture: versions of notices. Its own acts are not among them. */
@Injectable()
export class PrefectureSharedContent implements SharedContent {
  constructor(@Inject(AGENCY) private readonly agency: Agency) {}

  /** An application that is not decided for good, a permit that is valid, a reflection period that runs. */
  async underDuty(manager: EntityManager, cases: readonly string[], at: Date): Promise<ReadonlySet<string>> {
    if (cases.length === 0) return new Set();
    // Whoever lodges an application locks its notice: it comes before this or after, not in between.
    await manager.query(
      'SELECT FROM prefecture.received_notice WHERE case_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
      [cases],
    );
    const rows = await manager.query<{ case_id: string }[]>(
      'SELECT case_id FROM prefecture.cases_under_duty($1, $2) AS d (case_id)',
      [cases, legalDay(at, this.agency.departement)],
    );
    return new Set(rows.map(({ case_id }) => case_id));
  }

  async held(manager: EntityManager, sender: string, events: readonly string[]): Promise<readonly string[]> {
    const rows = await manager.query<{ event_id: string }[]>(
      `SELECT event_id FROM prefecture.received_notice
        WHERE sender = $1 AND event_id = ANY ($2::uuid[]) AND state <> 'voided'`,
      [sender, events],
    );
    return rows.map(({ event_id }) => event_id);
  }

  async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    { at, reason }: { readonly at: Date; readonly reason: PurgeReason },
  ): Promise<void> {
    const [purged] = await manager.query<[{ id: string }[], number]>(PURGE, [sender, events, at, reason]);
    const ids = purged.map(({ id }) => id);
    if (ids.length === 0) return;
    await manager.query('DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])', [ids]);
    await manager.query('SELECT prefecture.forget_extracts($1)', [ids]);
  }

  async restrict(manager: EntityManager, sender: string, events: readonly string[], at: Date): Promise<void> {
    await manager.query(
      `UPDATE prefecture.received_notice SET restricted_since = $3, version = version + 1
        WHERE sender = $1 AND event_id = ANY ($2::uuid[]) AND restricted_since IS NULL AND state <> 'voided'`,
      [sender, events, at],
    );
  }

  expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]> {
    return manager.query<HeldShare[]>(EXPIRED, [at, limit, legalDay(at, this.agency.departement)]);
  }
}

/** The row stays, so that the desk sees that there was a notice, and audit records find what they name. */
const PURGE = `
UPDATE prefecture.received_notice n
   SET state = 'voided', version = n.version + 1, content = '{}', withheld = '[]', provenance = '{}',
       purged_at = $3, purge_reason = $4
 WHERE n.sender = $1 AND n.event_id = ANY ($2::uuid[]) AND n.state <> 'voided'
RETURNING n.id`;

const EXPIRED = `
SELECT n.sender, n.case_id AS "caseId", n.event_id AS event FROM prefecture.received_notice n
 WHERE n.keep_until <= $1 AND n.state <> 'voided'
   AND NOT EXISTS (SELECT FROM prefecture.cases_under_duty(ARRAY[n.case_id], $3))
 ORDER BY n.keep_until LIMIT $2 FOR UPDATE OF n SKIP LOCKED`;
