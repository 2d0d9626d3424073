import { ADULT_AGE_BANDS, ORIENTATION_REQUESTED, OrientationRequestedV1 } from '@liaison/contracts';
import type { Clock, Day, Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { requireConsent } from '@liaison/placement';
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
import { factsOfCase } from '../policy/facts-of-case';
import { requireContent } from '../reference/require-content';
import {
  coordinationIn,
  factsOfRequest,
  ORIENTATION_PURPOSE,
  type OrientationSaid,
  type OrientedPerson,
  requestOf,
} from './orientation';
import { AskedOrientationRow } from './orientation-asked.entity';
import { getAsked } from './stored-orientation';

export interface AskOrientation {
  readonly said: OrientationSaid;
  readonly person: OrientedPerson;
  /** The agency's own case that it follows from: of a child who has come of age, say (R17). */
  readonly originCase?: string;
  readonly idempotencyKey: string;
}

/** T1 of a request for orientation: the consent is recorded and the request goes to the coordination, or nothing happens. */
@Injectable()
export class AskOrientationHandler {
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

  /** @throws AppError `case-not-found`, or what `requestOf`, `coordinationIn`, `requireContent` and `runOnce` throw */
  ask(identity: Identity, { said, person, originCase, idempotencyKey }: AskOrientation) {
    const request = { said, person, originCase };
    const route = 'POST /v1/orientation-requests';
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const known =
        originCase === undefined ? person : await this.asKnown(manager, identity, originCase, person);
      const at = this.clock.now();
      requireSayable(said, at);
      const { agency, contact } = coordinationIn(this.directory);
      const { document, consents } = requestOf(said, known, {
        at,
        today: legalDay(at, known.departement),
        explainedBy: identity.pseudonym,
        directory: this.directory,
      });
      const id = uuidv7();
      const about = originCase ?? id;
      const { form, on, language, explainedBy: explainedAs } = said.consent;
      const given = { to: agency.kind, purpose: ORIENTATION_PURPOSE, value: 'given' as const };
      const { lanes } = await this.consents.say(manager, identity, about, {
        ...given,
        ...{ on, form, language, explainedAs },
      });
      const agreed = await takeConsents(manager, { unit: identity.unit, caseId: about, delivery: id });
      const facts = { ...factsOfRequest(known, agency), ...agreed };
      const followed = await this.measures.follow(manager, identity, about, facts);
      const recorded = await this.outbox.openCase(
        manager,
        { id, unit: identity.unit, facts: { ...facts } },
        {
          type: ORIENTATION_REQUESTED,
          document,
          purpose: ORIENTATION_PURPOSE,
          unit: identity.unit,
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
          traceparent: currentTraceparent(),
          decidedAt: at,
          recipients: [{ agency, unit: contact }],
        },
      );
      const row = {
        id,
        unit: identity.unit,
        author: identity.pseudonym,
        askedAt: at,
        originCase: originCase ?? null,
        coordination: agency.id,
        consents: [...consents],
        state: 'sent' as const,
        version: 1,
      };
      await manager.insert(AskedOrientationRow, row);
      const event = { type: ORIENTATION_REQUESTED, document, purpose: ORIENTATION_PURPOSE, facts };
      const { allowed, denial } = this.policy.preview(event, agency, at).decision;
      const { state, version, coordination } = row;
      return {
        status: 202,
        lanes: [...lanes, ...followed, ...recorded.lanes],
        body: { id, state, version, coordination, allowed, denial: denial?.code ?? null },
      };
    });
  }

  /**
   * As easily as it was given (RGPD 7(3)): no form, no reason. What waits does not leave, and the coordination is told to destroy what it
   * holds; so are the places that it asked.
   * @throws AppError `orientation-not-found`, `consent-missing`, `precondition-*`, or what `runOnce` throws
   */
  withdrawConsent(
    identity: Identity,
    {
      id,
      ifMatch,
      idempotencyKey,
    }: { readonly id: string; readonly ifMatch: string | undefined; readonly idempotencyKey: string },
  ) {
    const route = 'POST /v1/orientation-requests/:id/withdraw-consent';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const { originCase, coordination, consents } = await getAsked(manager, identity, id);
      const today = legalDay(this.clock.now(), undefined);
      requireConsent(consents, 'orientation');
      const kind = this.directory.findAgency(coordination)?.kind ?? 'association';
      const ended = { to: kind, purpose: ORIENTATION_PURPOSE, value: 'withdrawn' as const, on: today };
      // Takes the case before its request, as whatever arrives does, and ends the request (`AskedConsentEnded`); what is refused below undoes it.
      const { lanes } = await this.consents.say(manager, identity, originCase ?? id, ended);
      const { state, version } = await getAsked(manager, identity, id);
      requireIfMatch(ifMatch, version - 1);
      return { status: 202, lanes, body: { id, state, version } };
    });
  }

  /**
   * What the case relies on goes before what somebody types: nobody comes of age by a request (R15, R17). Nor does whom the case says to
   * be a minor without a birth date: until that is established anew nothing typed here counts.
   * @throws AppError `case-not-found`
   */
  private async asKnown(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    person: OrientedPerson,
  ): Promise<OrientedPerson> {
    const birthDate = await this.birthDateOf(manager, identity, caseId);
    if (birthDate !== undefined) return { ...person, birthDate };
    if (!(await this.cases.saysMinor(manager, identity, caseId))) return person;
    const { birthDate: _, ...rest } = person;
    return rest;
  }

  /** On which this agency relies for a case of the unit's. @throws AppError `case-not-found` */
  private async birthDateOf(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
  ): Promise<Day | undefined> {
    const { held } = await this.cases.get(manager, identity, caseId);
    if (held.facts.birthDate !== undefined) return held.facts.birthDate;
    return (await factsOfCase(manager, caseId)).birthDate;
  }
}

/** @throws AppError `invalid-request` */
function requireSayable(said: OrientationSaid, at: Date): void {
  // Whatever the band will be: nobody has looked at what stands in the body so far.
  const document = {
    ...said,
    needs: { ...said.needs, ageBand: ADULT_AGE_BANDS[0] },
    requestedAt: at.toISOString(),
  };
  requireContent(ORIENTATION_REQUESTED, OrientationRequestedV1, document);
}
