import {
  FLIGHT_SHARED_TABLES,
  type HeldShare,
  ReferralSharedContent,
  type SharedContent,
  SharedTables,
  forgetSearchTerms,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';

/**
 * What others shared with child protection: referrals, and what another département says of competence, with its file. A claim and its
 * file are restricted and purged whole, also where some fields are named: that protects more, and no convention of theirs names any.
 */
export class CompetenceSharedContent implements SharedContent {
  private readonly referrals = new ReferralSharedContent();
  private readonly flights: SharedContent;

  constructor(agency: Agency) {
    this.flights = new HeardFlights(agency);
  }

  /** A claim that waits for an answer, and a file that nobody has taken over: somebody has to act on them. */
  async underDuty(manager: EntityManager, cases: readonly string[]): Promise<ReadonlySet<string>> {
    const owed = await this.referrals.underDuty(manager, cases);
    if (cases.length === 0) return owed;
    const rows = await manager.query<{ case_id: string; state: string }[]>(
      'SELECT case_id, state FROM competence.claim WHERE case_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
      [cases],
    );
    const open = rows.filter(({ state }) => state === 'received' || state === 'file-received');
    return new Set([...owed, ...open.map(({ case_id }) => case_id)]);
  }

  async held(manager: EntityManager, sender: string, events: readonly string[]): Promise<readonly string[]> {
    const rows = await manager.query<{ event: string }[]>(
      `SELECT e.event FROM competence.claim c, LATERAL (VALUES (c.event_id), (c.file_event)) AS e (event)
        WHERE c.sender = $1 AND e.event = ANY ($2::uuid[]) AND c.purged_at IS NULL`,
      [sender, events],
    );
    return [
      ...(await this.referrals.held(manager, sender, events)),
      ...(await this.flights.held(manager, sender, events)),
      ...rows.map(({ event }) => event),
    ];
  }

  async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    why: Parameters<SharedContent['purge']>[3],
  ): Promise<void> {
    await this.referrals.purge(manager, sender, events, why);
    await this.flights.purge(manager, sender, events, why);
    const [purged] = await manager.query<[{ id: string; file_id: string | null }[], number]>(PURGE, [
      sender,
      events,
      why.at,
      why.reason,
    ]);
    await forgetSearchTerms(
      manager,
      purged.flatMap(({ id, file_id }) => [id, ...(file_id === null ? [] : [file_id])]),
    );
  }

  async restrict(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    how: Parameters<SharedContent['restrict']>[3],
  ): Promise<void> {
    await this.referrals.restrict(manager, sender, events, how);
    await this.flights.restrict(manager, sender, events, how);
    await manager.query(
      `UPDATE competence.claim SET restricted_since = $3, version = version + 1
        WHERE sender = $1 AND (event_id = ANY ($2::uuid[]) OR file_event = ANY ($2::uuid[]))
          AND restricted_since IS NULL AND purged_at IS NULL`,
      [sender, events, how.at],
    );
  }

  async expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]> {
    const referrals = await this.referrals.expired(manager, at, limit);
    const flights = await this.flights.expired(manager, at, limit);
    const claims = await manager.query<HeldShare[]>(EXPIRED, [at, limit]);
    return [...referrals, ...flights, ...claims].slice(0, limit);
  }
}

/** What shelters reported of children who are gone. That there was a flight stays; no duty rests on its words. */
class HeardFlights extends SharedTables {
  protected readonly tables = FLIGHT_SHARED_TABLES;

  constructor(agency: Agency) {
    super(agency);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}

/** The claim and its file go together: one is unreadable without the other. That there was one stays. */
const PURGE = `
UPDATE competence.claim c
   SET content = '{}', withheld = '[]', file = NULL, file_withheld = NULL, version = c.version + 1,
       purged_at = $3, purge_reason = $4
 WHERE c.sender = $1 AND (c.event_id = ANY ($2::uuid[]) OR c.file_event = ANY ($2::uuid[])) AND c.purged_at IS NULL
RETURNING c.id, c.file_id`;

const EXPIRED = `
SELECT c.sender, c.case_id AS "caseId", coalesce(c.file_event, c.event_id) AS event FROM competence.claim c
 WHERE c.keep_until <= $1 AND c.purged_at IS NULL AND c.state NOT IN ('received', 'file-received')
 ORDER BY c.keep_until LIMIT $2 FOR UPDATE OF c SKIP LOCKED`;
