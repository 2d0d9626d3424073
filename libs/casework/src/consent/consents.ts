import { AppError, type Agency, type Clock } from '@liaison/kernel';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { Revocations } from '../after-sharing/revocations';
import { AGENCY, CLOCK } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { legalDay } from '../legal-day';
import { LinksOnConsent } from '../link/links-on-consent';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts, Consent } from '../policy/case-facts';
import { protectAnswers } from '../urgent-request/answers-of-case';
import { type SaidConsent, saidOn, withConsent } from './consent';
import type { ConsentList, ConsentView, RecordCaseConsentBody, RecordedConsent } from './consent.dto';
import { CONSENT_ENDING, type ConsentEnding } from './consent-ending';
import { ConsentInDelivery } from './consent-in-delivery';
import {
  consentsOf,
  lockAboutCase,
  lockConsents,
  lockDelivery,
  type LockedDelivery,
} from './consents-of-case';

/** Of one case that one answer shows. */
const MOST = 200;

/** A case with its place in delivery, where it has one. */
export interface ConsentedCase {
  /** As the register calls it. */
  readonly id: string;
  /** In `messaging.cases`, locked; absent: nothing was ever sent or received about it. */
  readonly delivery?: LockedDelivery;
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
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly inDelivery: ConsentInDelivery,
    private readonly revocations: Revocations,
    private readonly links: LinksOnConsent,
    @Optional() @Inject(CONSENT_ENDING) private readonly ending: ConsentEnding | undefined,
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
      await this.cases.get(manager, identity, caseId);
      this.requirePurpose(said.purpose);
      const consent = saidOn(said, legalDay(this.clock.now(), this.agency.departement));
      const { id, lanes } = await this.say(manager, identity, caseId, consent);
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
   * In the register, and from now on it decides: see `follow`.
   * @param caseId of the unit, as the caller has found; or of a delivery that belongs to no case, as it was opened (`takeConsents`)
   */
  async say(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    consent: SaidConsent,
  ): Promise<{ readonly id: string; readonly lanes: readonly number[] }> {
    const delivery = await this.lockDelivery(manager, identity, caseId);
    const found = await this.register.findCase(manager, identity, caseId);
    const id = await this.note(manager, identity, caseId, consent);
    const said = { id: caseId, facts: found?.held.facts ?? {}, ...(delivery && { delivery }) };
    return { id, lanes: await this.follow(manager, identity, said, consent) };
  }

  /**
   * From now on it decides, in the case's own delivery and in each that was opened about its person (`takeConsents`), and in what was
   * answered in an emergency, or said of it and another case. In T1, the case's delivery locked.
   * @returns lanes to wake
   */
  async follow(
    manager: EntityManager,
    identity: Identity,
    { id, delivery, facts }: ConsentedCase,
    consent: Consent,
  ): Promise<readonly number[]> {
    const by = { agent: identity.pseudonym, correlationId: currentCorrelationId() };
    await lockConsents(manager, id);
    const about = await lockAboutCase(manager, identity.unit, id);
    const lanes: number[] = [];
    const others = about.filter((each) => each.id !== delivery?.id);
    for (const each of [...(delivery ? [delivery] : []), ...others]) {
      lanes.push(...(await this.inDelivery.follow(manager, each, consent, by)));
    }
    if (consent.value !== 'given') {
      await this.ending?.ended(manager, { unit: identity.unit, caseId: id }, consent);
    }
    const { consents = [] } = withConsent(
      { consents: await consentsOf(manager, identity.unit, id) },
      consent,
    );
    for (const answer of await protectAnswers(manager, id, { ...facts, consents })) {
      lanes.push(...(await this.revocations.revokeEnded(manager, answer, by)));
    }
    if (consent.value !== 'given') lanes.push(...(await this.links.ended(manager, id, consent, by)));
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
      await lockConsents(manager, caseId);
      delivered = await find();
    }
    return delivered === undefined ? undefined : lockDelivery(manager, delivered);
  }
}

/** See `TIMELINE_SOURCES`. */
export const CONSENT_TIMELINE: readonly string[] = [
  `SELECT c.at, 'consent-recorded', c.id::text, NULL::text, NULL::int,
          jsonb_build_object('to', c.recipient_kind, 'purpose', c.purpose, 'value', c.value), NULL::uuid
     FROM casework.consent c WHERE c.case_id = $1 AND c.unit = $2`,
];

type Row = Omit<ConsentView, 'at'> & { readonly at: Date };

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
