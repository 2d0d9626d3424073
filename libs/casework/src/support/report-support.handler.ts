import { SUPPORT_REPORTED, SupportReportedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { Cases } from '../cases/cases';
import { Consents } from '../consent/consents';
import { takeConsents } from '../consent/consents-of-case';
import { legalDay } from '../legal-day';
import { StatedMeasures } from '../link/stated-measures';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';
import { requireContent } from '../reference/require-content';
import { getReport, lockReport } from './stored-support';
import {
  factsOfSupport,
  prefectureFor,
  reportOf,
  requireConsented,
  requirePast,
  stateOf,
  SUPPORT_PURPOSE,
  SUPPORT_RECIPIENT,
  type SupportConsent,
  type SupportProtection,
  type SupportSaid,
} from './support';
import { SupportReportRow } from './support.entity';

export interface ReportSupport {
  readonly said: SupportSaid;
  readonly consent: SupportConsent;
  readonly protection: SupportProtection;
  /** The agency's own case that it follows from. */
  readonly originCase?: string;
  readonly idempotencyKey: string;
}

interface OnReport {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of what an association tells the préfecture of somebody's support: it stands here and is on its way, or neither. */
@Injectable()
export class ReportSupportHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly consents: Consents,
    private readonly measures: StatedMeasures,
  ) {}

  /**
   * @throws AppError `case-not-found`, `consent-withdrawn`, `support-of-minor`, `prefecture-missing`, `day-in-the-future`, or what
   *   `requireContent` and `runOnce` throw
   */
  report(identity: Identity, { said, consent, protection, originCase, idempotencyKey }: ReportSupport) {
    const request = { said, consent, protection, originCase };
    const route = 'POST /v1/support-reports';
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      if (originCase !== undefined) await this.cases.get(manager, identity, originCase);
      const at = this.clock.now();
      requireSayable(said, at);
      const today = legalDay(at, said.departement);
      requirePast(consent.on, today);
      const document = reportOf(said, { at, today });
      const to = prefectureFor(this.directory, said.departement);
      const id = uuidv7();
      const about = originCase ?? id;
      await requireNotWithdrawnSince(manager, identity, about, consent);
      // Of the case where there is one: what the person says there later reaches this too, and the other way round.
      const { lanes } = await this.consents.say(manager, identity, about, { ...AGREED, ...consent });
      const agreed = await takeConsents(manager, { unit: identity.unit, caseId: about, delivery: id });
      const facts = { ...factsOfSupport(said, protection), ...agreed };
      const followed = await this.measures.follow(manager, identity, about, facts);
      const event = this.eventOf(identity, document, to, at);
      const opened = { id, unit: identity.unit, facts: { ...facts } };
      const recorded = await this.outbox.openCase(manager, opened, event);
      const row = {
        id,
        unit: identity.unit,
        author: identity.pseudonym,
        reportedAt: at,
        originCase: originCase ?? null,
        prefecture: to.id,
        consent,
        version: 1,
      };
      await manager.insert(SupportReportRow, row);
      const body = this.answer(row, document, facts, to, at);
      return { status: 202, lanes: [...lanes, ...followed, ...recorded.lanes], body };
    });
  }

  /**
   * It has changed: the whole of it again, on the same consent.
   * @throws AppError `support-not-found`, `consent-withdrawn`, `support-elsewhere`, `precondition-*`, and as `report`
   */
  reportAgain(
    identity: Identity,
    { id, ifMatch, idempotencyKey, said }: OnReport & { readonly said: SupportSaid },
  ) {
    const route = 'PUT /v1/support-reports/:id';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, said } }, async (manager) => {
      const { row, facts: known } = await lockReport(manager, identity, id);
      requireIfMatch(ifMatch, row.version);
      requireConsented(known);
      const at = this.clock.now();
      requireSayable(said, at);
      const document = reportOf(said, { at, today: legalDay(at, said.departement) });
      const to = prefectureFor(this.directory, said.departement);
      if (to.id !== row.prefecture) {
        throw new AppError(
          'support-elsewhere',
          'Another préfecture deals with that département: withdraw this report and make a new one, so that the first forgets it.',
        );
      }
      // Who the person is may be known better by now: the facts follow what is said.
      const facts: CaseFacts = {
        ...factsOfSupport(said, {
          identity: known.protectedIdentity ?? true,
          address: known.protectedAddress ?? true,
        }),
        consents: known.consents ?? [],
      };
      await manager.query(
        'UPDATE messaging.cases SET facts = $2, facts_version = facts_version + 1 WHERE id = $1',
        [id, JSON.stringify(facts)],
      );
      const recorded = await this.outbox.append(manager, id, this.eventOf(identity, document, to, at));
      const changed = { author: identity.pseudonym, reportedAt: at, version: row.version + 1 };
      await manager.update(SupportReportRow, id, changed);
      const body = this.answer({ ...row, ...changed }, document, facts, to, at);
      return { status: 202, lanes: recorded.lanes, body };
    });
  }

  /**
   * As easily as it was given (RGPD 7(3)): no form, no reason. What waits does not leave, and the préfecture is told to destroy what it
   * holds on that ground alone.
   * @throws AppError `support-not-found`, `consent-withdrawn`, `precondition-*`, or what `runOnce` throws
   */
  withdrawConsent(identity: Identity, { id, ifMatch, idempotencyKey }: OnReport) {
    const route = 'POST /v1/support-reports/:id/withdraw-consent';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const { originCase } = await getReport(manager, identity, id);
      const on = legalDay(this.clock.now(), undefined);
      const ended = { ...AGREED, value: 'withdrawn' as const, on };
      const { row, facts } = await lockReport(manager, identity, id);
      requireIfMatch(ifMatch, row.version);
      requireConsented(facts);
      const { lanes } = await this.consents.say(manager, identity, originCase ?? id, ended);
      const version = row.version + 1;
      await manager.update(SupportReportRow, id, { version });
      return { status: 202, lanes, body: { id, state: 'withdrawn' as const, version } };
    });
  }

  private eventOf(identity: Identity, document: SupportReportedV1, agency: Agency, decidedAt: Date) {
    return {
      type: SUPPORT_REPORTED,
      document,
      purpose: SUPPORT_PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
      recipients: [{ agency }],
    };
  }

  private answer(
    { id, version, prefecture }: Pick<SupportReportRow, 'id' | 'version' | 'prefecture'>,
    document: SupportReportedV1,
    facts: CaseFacts,
    agency: Agency,
    at: Date,
  ) {
    const event = { type: SUPPORT_REPORTED, document, purpose: SUPPORT_PURPOSE, facts };
    const { decision, projection } = this.policy.preview(event, agency, at);
    return {
      ...{ id, state: stateOf(facts), version, prefecture },
      allowed: decision.allowed,
      denial: decision.denial?.code ?? null,
      withheld: [...(projection?.withheld ?? [])],
    };
  }
}

const AGREED = { to: SUPPORT_RECIPIENT, purpose: SUPPORT_PURPOSE, value: 'given' } as const;

/** Whoever agreed before they said no agrees no longer. @throws AppError `consent-withdrawn` */
async function requireNotWithdrawnSince(
  manager: EntityManager,
  { unit }: Identity,
  caseId: string,
  { on }: SupportConsent,
): Promise<void> {
  const [last] = await manager.query<{ value: string; on: string }[]>(LAST_SAID, [
    unit,
    caseId,
    SUPPORT_RECIPIENT,
    SUPPORT_PURPOSE,
  ]);
  if (!last || last.value === 'given' || on > last.on) return;
  throw new AppError(
    'consent-withdrawn',
    'On that case the person has refused this, or withdrawn it, on that day or since: ask again, and give the new day; or record it there.',
  );
}

const LAST_SAID = `
SELECT value, said_on::text AS "on" FROM casework.consent
 WHERE unit = $1 AND case_id = $2 AND recipient_kind = $3 AND purpose = $4
 ORDER BY at DESC, id DESC LIMIT 1`;

/** @throws AppError `invalid-request` */
const requireSayable = (said: SupportSaid, at: Date): void =>
  requireContent(SUPPORT_REPORTED, SupportReportedV1, { ...said, reportedAt: at.toISOString() });
