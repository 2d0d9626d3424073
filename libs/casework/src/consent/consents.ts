import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { Revocations } from '../after-sharing/revocations';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { legalDay } from '../legal-day';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts, Consent } from '../policy/case-facts';
import { protectAnswers } from '../urgent-request/answers-of-case';
import { type SaidConsent, saidOn, withConsent } from './consent';
import type { ConsentList, ConsentView, RecordCaseConsentBody, RecordedConsent } from './consent.dto';

/** Of one case that one answer shows. */
const MOST = 200;

/** A case with its place in delivery, where it has one. */
export interface ConsentedCase {
  /** As the register calls it. */
  readonly id: string;
  /** In `messaging.cases`, locked; absent: nothing was ever sent or received about it. */
  readonly delivery?: { readonly id: string; readonly facts: CaseFacts };
  /** What its own document says, for the answers that rest on it. */
  readonly facts: CaseFacts;
}

/**
 * What the person of a case said of telling whom about them, and what follows. It belongs to the case and not to what is sent about
 * it: it may be recorded before anything is, and wherever there are cases.
 */
@Injectable()
export class Consents {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly revocations: Revocations,
  ) {}

  /** @throws AppError `case-not-found`, `purpose-unknown`, `day-in-the-future` */
  record(
    identity: Identity,
    caseId: string,
    said: RecordCaseConsentBody,
    idempotencyKey: string,
  ): Promise<RecordedConsent> {
    const route = 'POST /v1/cases/:id/consents';
    const request = { caseId, ...said };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { held } = await this.cases.get(manager, identity, caseId);
      this.requirePurpose(said.purpose);
      const consent = saidOn(said, legalDay(this.clock.now(), this.agency.departement));
      const delivery = await this.lockDelivery(manager, identity, caseId);
      const id = await this.note(manager, identity, caseId, consent);
      const { facts } = held;
      const lanes = await this.follow(
        manager,
        identity,
        { id: caseId, facts, ...(delivery && { delivery }) },
        consent,
      );
      const { to, value } = consent;
      return { status: 201, body: { id, caseId, to, value }, lanes };
    });
  }

  /** Newest first; the reading is recorded. @throws AppError `case-not-found` */
  list(identity: Identity, caseId: string): Promise<ConsentList> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.get(manager, identity, caseId);
      await this.cases.recordOwnReading(manager, identity, found, ['consents']);
      const rows = await manager.query<Row[]>(LIST, [identity.unit, caseId, MOST]);
      return { items: rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })) };
    });
  }

  /** In the register, and nothing more: see `follow`. @returns its id */
  async note(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    caseId: string,
    { to, purpose, value, on, form, language, explainedAs }: SaidConsent,
  ): Promise<string> {
    const id = uuidv7();
    const evidence = [form ?? null, language ?? null, explainedAs ?? null];
    const at = this.clock.now();
    await manager.query(INSERT, [id, caseId, unit, to, purpose, value, on, ...evidence, pseudonym, at]);
    return id;
  }

  /**
   * From now on it decides: what waits is decided again, what was frozen under the earlier answer and would not go as it is now is
   * taken back, and who holds something on a consent that has ended is told what follows. In T1, the case locked.
   * @returns lanes to wake
   */
  async follow(
    manager: EntityManager,
    identity: Identity,
    { id, delivery, facts }: ConsentedCase,
    consent: Consent,
  ): Promise<readonly number[]> {
    const by = { agent: identity.pseudonym, correlationId: currentCorrelationId() };
    const lanes: number[] = [];
    if (delivery) {
      const now = withConsent(delivery.facts, consent);
      await manager.query(
        'UPDATE messaging.cases SET facts = $2, facts_version = facts_version + 1 WHERE id = $1',
        [delivery.id, JSON.stringify(now)],
      );
      lanes.push(...(await this.takeBack(manager, delivery, now, consent.to)));
      lanes.push(...(await this.revocations.revokeEnded(manager, delivery.id, by)));
    }
    const { consents = [] } = withConsent(
      { consents: await consentsOf(manager, identity.unit, id) },
      consent,
    );
    for (const answer of await protectAnswers(manager, id, { ...facts, consents })) {
      lanes.push(...(await this.revocations.revokeEnded(manager, answer, by)));
    }
    return [...new Set(lanes)];
  }

  private requirePurpose(purpose: string): void {
    const known = this.policy.purposes();
    if (known.includes(purpose)) return;
    throw new AppError(
      'purpose-unknown',
      `No convention is for that purpose, so nobody would heed it. Name one of: ${known.join(', ')}.`,
    );
  }

  private async lockDelivery(manager: EntityManager, identity: Identity, caseId: string) {
    const find = async () =>
      this.register.findDelivery ? await this.register.findDelivery(manager, identity, caseId) : caseId;
    let delivered = await find();
    if (delivered === undefined) {
      // Whoever opens its delivery just now comes before, or reads the register after this.
      await manager.query(LOCK, [caseId]);
      delivered = await find();
    }
    if (delivered === undefined) return undefined;
    const [row] = await manager.query<{ id: string; facts: CaseFacts }[]>(
      'SELECT id, facts FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE',
      [delivered],
    );
    return row;
  }

  /** Of what was sealed and has not gone: what would be decided otherwise now. What rests on another ground goes as it is. */
  private async takeBack(
    manager: EntityManager,
    { id, facts }: { readonly id: string; readonly facts: CaseFacts },
    now: CaseFacts,
    kind: string,
  ): Promise<readonly number[]> {
    const unsent = await manager.query<Unsent[]>(UNSENT, [id]);
    const at = this.clock.now();
    const lanes: number[] = [];
    for (const { recipient, version, type, purpose } of unsent) {
      const agency = this.directory.findAgency(recipient);
      if (!agency || agency.kind !== kind) continue;
      const decided = (known: CaseFacts) =>
        outcomeOf(this.policy.preview({ type, document: {}, purpose, facts: known }, agency, at).decision);
      if (decided(facts) === decided(now)) continue;
      const taken = await this.outbox.voidDelivered(manager, id, {
        reason: 'consent',
        version,
        recipients: [recipient],
        unsentOnly: true,
      });
      lanes.push(...taken.lanes);
    }
    return lanes;
  }
}

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
  await manager.query(LOCK, [caseId]);
  const consents = await consentsOf(manager, unit, caseId);
  return consents.length > 0 ? { consents } : {};
}

/** See `TIMELINE_SOURCES`. */
export const CONSENT_TIMELINE: readonly string[] = [
  `SELECT c.at, 'consent-recorded', c.id::text, NULL::text, NULL::int,
          jsonb_build_object('to', c.recipient_kind, 'purpose', c.purpose, 'value', c.value), NULL::uuid
     FROM casework.consent c WHERE c.case_id = $1 AND c.unit = $2`,
];

interface Unsent {
  readonly recipient: string;
  readonly version: number;
  readonly type: string;
  readonly purpose: string;
}

type Row = Omit<ConsentView, 'at'> & { readonly at: Date };

const outcomeOf = ({ allowed, fields }: Decision): string =>
  JSON.stringify([
    allowed,
    Object.entries(fields)
      .map(([path, { treatment, to }]) => [path, treatment, to ?? null])
      .sort(),
  ]);

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('consents of ' || $1, 0))`;

const INSERT = `
INSERT INTO casework.consent
  (id, case_id, unit, recipient_kind, purpose, value, said_on, form, language, explained_as, author, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

const LIST = `
SELECT id, case_id AS "caseId", recipient_kind AS "to", purpose, value, said_on::text AS "on", form, language,
       explained_as AS "explainedAs", author AS "by", at,
       row_number() OVER (PARTITION BY recipient_kind, purpose ORDER BY at DESC, id DESC) = 1 AS current
  FROM casework.consent WHERE unit = $1 AND case_id = $2
 ORDER BY at DESC, id DESC LIMIT $3`;

const UNSENT = `
SELECT d.recipient, d.case_version AS version, e.type, e.purpose
  FROM messaging.delivery d
  JOIN messaging.event_document e ON e.case_id = d.case_id AND e.version = d.case_version
 WHERE d.case_id = $1 AND d.kind = 'event' AND d.state = 'frozen'
   AND d.position > (SELECT l.marked_position FROM messaging.lane l WHERE l.id = d.lane_id)`;
