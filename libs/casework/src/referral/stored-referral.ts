import { REFERRAL_MADE, type ReferralMadeV1 } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { restrictedFields } from '../after-sharing/revoked-fields';
import type { HeldDocument } from '../cases/case-register';
import type { CaseFacts } from '../policy/case-facts';
import { noSuchReceivedReferral } from './received-referral';
import { noSuchReferral, type Referral, REFERRAL_PURPOSE } from './referral';
import { MadeReferralRow, ReceivedReferralRow, type ToldAgencyRow } from './referral.entity';

type Reader = Pick<Identity, 'unit'>;

/** @throws AppError `referral-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getReferral(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<MadeReferralRow> {
  const row = await manager.findOne(MadeReferralRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchReferral();
  return row;
}

/** @throws AppError `referral-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getReceived(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedReferralRow> {
  const row = await manager.findOne(ReceivedReferralRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchReceivedReferral();
  return row;
}

/** As decisions see it. */
export const referralOf = (
  { state, version }: MadeReferralRow,
  told: readonly Pick<ToldAgencyRow, 'agency' | 'acknowledgedAt'>[],
): Referral => ({
  state,
  version,
  told: told.map(({ agency, acknowledgedAt }) => ({ agency, ...(acknowledgedAt && { acknowledgedAt }) })),
});

/** What a referral says, and the facts that it rests on. */
export async function caseOf(
  manager: EntityManager,
  id: string,
): Promise<{ readonly document: ReferralMadeV1; readonly facts: CaseFacts }> {
  const [found] = await manager.query<{ document: ReferralMadeV1; facts: CaseFacts | null }[]>(
    `SELECT d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.type = $2 ORDER BY d.version DESC LIMIT 1`,
    [id, REFERRAL_MADE],
  );
  if (!found) throw new TypeError('a referral has its document');
  return { document: found.document, facts: found.facts ?? {} };
}

export const heldMade = (facts: CaseFacts): HeldDocument => ({
  type: REFERRAL_MADE,
  purpose: REFERRAL_PURPOSE,
  facts,
});

export const heldReceived = ({
  purpose,
  departement,
  sender,
  eventId,
  convention,
  withheld,
  restrictedSince,
  revokedFields,
}: ReceivedReferralRow): HeldDocument => ({
  type: REFERRAL_MADE,
  purpose,
  facts: departement === null ? {} : { departement },
  provenance: { agency: sender, event: eventId, convention },
  withheld,
  restricted: restrictedSince !== null,
  restrictedFields: restrictedFields(revokedFields),
});
