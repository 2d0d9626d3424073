import type { EntityManager } from 'typeorm';
import type { ReferralDuty } from './referral';

/** An agency that was told, with how far it has come on its way there. */
export interface ToldAgency {
  readonly agency: string;
  readonly duty: ReferralDuty;
  readonly acknowledgeBy: Date | null;
  readonly acknowledgedAt: Date | null;
  /** As `messaging.delivery_status` has it. */
  readonly delivery: string | null;
  readonly reason: string | null;
  readonly convention: string | null;
}

/** States of a delivery in which nobody there has it, and nothing more happens by itself. */
const STOPPED = ['refused', 'cancelled', 'parked', 'discarded'];

/**
 * SQL: what has not arrived and will not by itself, as `(referral_id, unit, agency, state, since)`. What somebody has acknowledged
 * has arrived.
 */
export const STOPPED_REFERRALS = `
SELECT t.referral_id, t.unit, t.agency, s.state, s.at AS since
  FROM referral.told t
  JOIN messaging.delivery_status s
    ON s.case_id = t.referral_id AND s.case_version = t.case_version AND s.recipient = t.agency
 WHERE t.acknowledged_at IS NULL AND s.state IN (${STOPPED.map((state) => `'${state}'`).join(', ')})`;

export function toldOf(manager: EntityManager, referral: string): Promise<ToldAgency[]> {
  return manager.query<ToldAgency[]>(
    `SELECT t.agency, t.duty, t.acknowledge_by AS "acknowledgeBy", t.acknowledged_at AS "acknowledgedAt",
            s.state AS delivery, s.reason, s.convention
       FROM referral.told t
       LEFT JOIN LATERAL (
         SELECT * FROM messaging.delivery_status d
          WHERE d.case_id = t.referral_id AND d.case_version = t.case_version AND d.recipient = t.agency
          ORDER BY d.at DESC LIMIT 1) s ON true
      WHERE t.referral_id = $1 ORDER BY t.duty, t.agency`,
    [referral],
  );
}

/** Agencies that have not got it and never will by itself: what is parked there is for its operators to redrive. */
export async function stoppedOf(manager: EntityManager, referral: string): Promise<string[]> {
  const rows = await manager.query<{ agency: string }[]>(
    `SELECT agency FROM (${STOPPED_REFERRALS}) stopped WHERE referral_id = $1 AND state <> 'parked'`,
    [referral],
  );
  return rows.map(({ agency }) => agency);
}
