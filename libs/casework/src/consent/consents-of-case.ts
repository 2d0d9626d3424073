import type { EntityManager } from 'typeorm';
import type { CaseFacts, Consent } from '../policy/case-facts';

/** What the person of a case has said by now, for the facts of what is opened about them. */
export async function consentsOf(
  manager: EntityManager,
  unit: string,
  caseId: string,
): Promise<readonly Consent[]> {
  return manager.query<Consent[]>(
    `SELECT DISTINCT ON (recipient_kind, purpose) recipient_kind AS "to", purpose, value
       FROM casework.consent WHERE unit = $1 AND case_id = $2
      ORDER BY recipient_kind, purpose, at DESC, id DESC`,
    [unit, caseId],
  );
}

/**
 * The same in the transaction that opens the case's delivery, which what is recorded meanwhile waits for or comes before.
 * @returns to be spread into the facts of the case
 */
export async function consentFacts(
  manager: EntityManager,
  unit: string,
  caseId: string,
): Promise<Pick<CaseFacts, 'consents'>> {
  await lockConsents(manager, caseId);
  const consents = await consentsOf(manager, unit, caseId);
  return consents.length > 0 ? { consents } : {};
}

/** A delivery of its own about the person of a case: an offer of a place, a question, a flight. */
export interface AboutCase {
  readonly unit: string;
  /** As the register of cases has it. */
  readonly caseId: string;
  /** In `messaging.cases`, about to be opened. */
  readonly delivery: string;
}

/**
 * In the transaction that opens a delivery of its own about the person of a case: what they said goes along, and what they say from
 * then on follows. Takes locks after the case's own delivery, where that is locked too.
 * @returns to be spread into the facts of that delivery
 */
export async function takeConsents(
  manager: EntityManager,
  { unit, caseId, delivery }: AboutCase,
): Promise<Pick<CaseFacts, 'consents'>> {
  const known = await consentFacts(manager, unit, caseId);
  await manager.query('INSERT INTO casework.about_case (delivery_id, case_id, unit) VALUES ($1, $2, $3)', [
    delivery,
    caseId,
    unit,
  ]);
  return known;
}

/** Whoever opens something about the case just now comes before, and is found; or comes after, and reads what was said. */
export async function lockConsents(manager: EntityManager, caseId: string): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('consents of ' || $1, 0))`, [caseId]);
}

/** A delivery of this agency, locked. */
export interface LockedDelivery {
  readonly id: string;
  readonly facts: CaseFacts;
}

/** Of one case; `lockConsents` comes before. */
export async function lockAboutCase(
  manager: EntityManager,
  unit: string,
  caseId: string,
): Promise<readonly LockedDelivery[]> {
  return manager.query<LockedDelivery[]>(
    `SELECT id, coalesce(facts, '{}') AS facts FROM messaging.cases
      WHERE id IN (SELECT delivery_id FROM casework.about_case WHERE case_id = $1 AND unit = $2)
      ORDER BY id FOR NO KEY UPDATE`,
    [caseId, unit],
  );
}

/** @returns nothing where there is no such delivery */
export async function lockDelivery(manager: EntityManager, id: string): Promise<LockedDelivery | undefined> {
  const [row] = await manager.query<LockedDelivery[]>(
    `SELECT id, coalesce(facts, '{}') AS facts FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return row;
}

/** When the last word of one kind of recipient and purpose was that the person does not agree: that day. */
export async function endOfConsent(
  manager: EntityManager,
  { unit, caseId }: Pick<AboutCase, 'unit' | 'caseId'>,
  { to, purpose }: Pick<Consent, 'to' | 'purpose'>,
): Promise<string | undefined> {
  const [last] = await manager.query<{ value: Consent['value']; on: string }[]>(
    `SELECT value, said_on::text AS "on" FROM casework.consent
      WHERE unit = $1 AND case_id = $2 AND recipient_kind = $3 AND purpose = $4 ORDER BY at DESC, id DESC LIMIT 1`,
    [unit, caseId, to, purpose],
  );
  return last && last.value !== 'given' ? last.on : undefined;
}
