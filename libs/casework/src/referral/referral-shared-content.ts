import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { purgeFields, restrictFields } from '../after-sharing/revoke-fields';
import type { HeldShare, Purging, Restricting, SharedContent } from '../after-sharing/shared-content';
import type { SharedTable } from '../after-sharing/shared-tables';
import { FORGET_TERMS_OF, forgetSearchTerms } from '../search/search-terms';

/** What others referred to this agency. What it referred itself is not among it. */
@Injectable()
export class ReferralSharedContent implements SharedContent {
  /** A referral that nobody has taken note of is not lost to whoever sent it: until then the duty to look at it holds it. */
  async underDuty(manager: EntityManager, cases: readonly string[]): Promise<ReadonlySet<string>> {
    if (cases.length === 0) return new Set();
    const rows = await manager.query<{ case_id: string; state: string }[]>(
      'SELECT case_id, state FROM referral.received WHERE case_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
      [cases],
    );
    return new Set(rows.flatMap(({ case_id, state }) => (state === 'new' ? case_id : [])));
  }

  async held(manager: EntityManager, sender: string, events: readonly string[]): Promise<readonly string[]> {
    const rows = await manager.query<{ event_id: string }[]>(
      `SELECT event_id FROM referral.received
        WHERE sender = $1 AND event_id = ANY ($2::uuid[]) AND state <> 'voided'`,
      [sender, events],
    );
    return rows.map(({ event_id }) => event_id);
  }

  async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    { at, reason, fields }: Purging,
  ): Promise<void> {
    if (fields) return purgeFields(manager, RECEIVED, { sender, events, at, fields });
    const [purged] = await manager.query<[{ id: string }[], number]>(PURGE, [sender, events, at, reason]);
    await forgetSearchTerms(
      manager,
      purged.map(({ id }) => id),
    );
  }

  async restrict(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    { at, fields }: Restricting,
  ): Promise<void> {
    if (fields) return restrictFields(manager, RECEIVED, { sender, events, at, fields });
    await manager.query(
      `UPDATE referral.received SET restricted_since = $3, version = version + 1
        WHERE sender = $1 AND event_id = ANY ($2::uuid[]) AND restricted_since IS NULL AND state <> 'voided'`,
      [sender, events, at],
    );
  }

  expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]> {
    return manager.query<HeldShare[]>(EXPIRED, [at, limit]);
  }
}

/** For what reaches some of its fields. */
const RECEIVED: SharedTable = {
  table: 'referral.received',
  sender: 'sender',
  event: 'event_id',
  caseId: 't.case_id',
  holds: `t.state <> 'voided'`,
  emptied: `state = 'voided', content = '{}', withheld = '[]'`,
  counted: 'version = t.version + 1',
  parts: { document: 'content' },
  forgetParts: [FORGET_TERMS_OF],
};

/** The row stays, so that the unit sees that there was a referral, and audit records find what they name. */
const PURGE = `
UPDATE referral.received r
   SET state = 'voided', version = r.version + 1, content = '{}', withheld = '[]', purged_at = $3, purge_reason = $4
 WHERE r.sender = $1 AND r.event_id = ANY ($2::uuid[]) AND r.state <> 'voided'
RETURNING r.id`;

const EXPIRED = `
SELECT r.sender, r.case_id AS "caseId", r.event_id AS event FROM referral.received r
 WHERE r.keep_until <= $1 AND r.state = 'acknowledged'
 ORDER BY r.keep_until LIMIT $2 FOR UPDATE OF r SKIP LOCKED`;
