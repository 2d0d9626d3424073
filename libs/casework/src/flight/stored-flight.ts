import { FLIGHT_REPORTED, type FlightReportedV1 } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { restrictedFields } from '../after-sharing/revoked-fields';
import type { HeldDocument } from '../cases/case-register';
import { FLIGHT_PURPOSE, noSuchFlight, noSuchReceivedFlight, type ReceivedFlight } from './flight';
import { FlightRow, ReceivedFlightRow } from './flight.entity';

type Reader = Pick<Identity, 'unit'>;

/** @throws AppError `flight-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getFlight(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<FlightRow> {
  const row = await manager.findOne(FlightRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchFlight();
  return row;
}

/** @throws AppError `flight-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getReceivedFlight(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ReceivedFlightRow> {
  const where = { id, unit };
  const row = await manager.findOne(ReceivedFlightRow, { where, ...(lock && { lock: { mode: lock } }) });
  if (!row) throw noSuchReceivedFlight();
  return row;
}

/** As decisions see it. */
export const receivedFlightOf = ({
  state,
  version,
  acknowledgedAt,
  foundSaidAt,
}: ReceivedFlightRow): ReceivedFlight => ({
  state,
  version,
  acknowledged: acknowledgedAt !== null,
  foundSaid: foundSaidAt !== null,
});

/** What was reported, in the words of then; undefined while nobody has reported anything. */
export async function reportOf(manager: EntityManager, id: string): Promise<FlightReportedV1 | undefined> {
  const [found] = await manager.query<{ document: FlightReportedV1 }[]>(
    `SELECT d.document FROM flight.told t
       JOIN messaging.event_document d ON d.case_id = t.case_id AND d.version = t.case_version
      WHERE t.flight_id = $1 AND d.type = $2 LIMIT 1`,
    [id, FLIGHT_REPORTED],
  );
  return found?.document;
}

/** The flight is a case of its own here: whoever only searches has no other of the child. */
export const isOwnCase = ({ caseId, deliveredCase }: ReceivedFlightRow): boolean => caseId === deliveredCase;

export const heldFlight: HeldDocument = { type: FLIGHT_REPORTED, purpose: FLIGHT_PURPOSE, facts: {} };

/** Whoever was told searches where the child was seen, has it in care or follows it. */
export const heldReceivedFlight = (
  {
    purpose,
    departement,
    sender,
    eventId,
    convention,
    withheld,
    restrictedSince,
    revokedFields,
  }: ReceivedFlightRow,
  { id }: Pick<Agency, 'id'>,
): HeldDocument => ({
  type: FLIGHT_REPORTED,
  purpose,
  facts: { ...(departement !== null && { departement }), takesInCharge: [id], namedContact: [id] },
  provenance: { agency: sender, event: eventId, convention },
  withheld,
  restricted: restrictedSince !== null,
  restrictedFields: restrictedFields(revokedFields),
});
