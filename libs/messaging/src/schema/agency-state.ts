import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AppError } from '@liaison/kernel';
import { v7 as uuidv7 } from 'uuid';

export interface AgencyState {
  readonly agency: string;
  /** UUIDv7: sequences count within it. A restore from a backup starts a new one. */
  readonly epoch: string;
  /** Reference under which this agency's audit records are numbered. */
  readonly auditReference: string;
}

/**
 * Reads who this database belongs to, writing it on the first start, and raises `policy_generation` when the set of
 * conventions is another one than at the last start, so that nothing prepared under the old set is frozen.
 * @throws AppError `database-of-another-agency`
 */
export async function openAgencyState(
  ingest: DataSource,
  agency: string,
  policyDigest: string,
): Promise<AgencyState> {
  return ingest.transaction(async (manager) => {
    await manager.query(
      `INSERT INTO messaging.agency_state (agency, epoch, audit_reference, policy_digest)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [agency, uuidv7(), randomUUID(), policyDigest],
    );
    const [row] = await manager.query<
      { agency: string; epoch: string; audit_reference: string; policy_digest: string }[]
    >('SELECT agency, epoch, audit_reference, policy_digest FROM messaging.agency_state FOR UPDATE');
    if (!row || row.agency !== agency) {
      throw new AppError(
        'database-of-another-agency',
        `This database belongs to ${row?.agency ?? 'nobody'}, not to ${agency}: check DATABASE_URL_* and AGENCY_ID.`,
      );
    }
    if (row.policy_digest !== policyDigest) await noteConventions(manager, policyDigest);
    return { agency, epoch: row.epoch, auditReference: row.audit_reference };
  });
}

/** Another set of conventions is in use: nothing that was prepared under the one before is frozen. */
export async function noteConventions(sql: Pick<DataSource, 'query'>, policyDigest: string): Promise<void> {
  await sql.query(
    'UPDATE messaging.agency_state SET policy_generation = policy_generation + 1, policy_digest = $1',
    [policyDigest],
  );
}
