import { REFERRAL_MADE, type ReferralMadeV1 } from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { termOf } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { legalDay } from '../legal-day';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';
import { lockCase } from '../policy/facts-of-case';
import { storeSearchTerms } from '../search/search-terms';
import {
  decide,
  evolve,
  factsOfReferral,
  recipientsOf,
  REFERRAL_PURPOSE,
  type ReferralProtection,
  requireReferable,
  tellsProsecutor,
} from './referral';
import { MadeReferralRow, ToldAgencyRow } from './referral.entity';
import { stoppedOf } from './told-agencies';
import { caseOf, getReferral, referralOf } from './stored-referral';

export interface MakeReferral {
  readonly content: ReferralMadeV1;
  readonly protection: ReferralProtection;
  readonly idempotencyKey: string;
}

/** T1 of a referral: it stands here and goes to child protection and, where told, the procureur, or nothing does. */
@Injectable()
export class MakeReferralHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError what `requireReferable`, `recipientsOf` and `runOnce` throw */
  make(identity: Identity, { content, protection, idempotencyKey }: MakeReferral) {
    const request = { content, protection };
    return this.acts.run(identity, { route: 'POST /v1/referrals', idempotencyKey, request }, (manager) =>
      this.made(manager, identity, content, protection),
    );
  }

  private async made(
    manager: EntityManager,
    identity: Identity,
    content: ReferralMadeV1,
    protection: ReferralProtection,
  ) {
    const at = this.clock.now();
    const { kind, departement } = this.agency;
    requireReferable(content, { kind, at, today: legalDay(at, departement) });
    const { told, prosecutorMissing } = recipientsOf(
      this.directory,
      content.found.departement,
      tellsProsecutor(content, kind),
    );
    const to = told.map(({ agency }) => agency);
    const referral = evolve(undefined, decide(undefined, { type: 'make', to: to.map(({ id }) => id) }));
    const document: ReferralMadeV1 = {
      ...content,
      prosecutor: told.some(({ duty }) => duty === 'prosecutor'),
      madeAt: at.toISOString(),
    };
    const facts = factsOfReferral(content, protection);
    const id = uuidv7();
    const recorded = await this.outbox.openCase(
      manager,
      { id, unit: identity.unit, facts: { ...facts } },
      this.event(identity, document, to, at),
    );
    await manager.insert(MadeReferralRow, {
      id,
      unit: identity.unit,
      author: identity.pseudonym,
      madeAt: at,
      departement: content.found.departement,
      danger: content.danger.level,
      prosecutorMissing,
      state: referral.state,
      version: referral.version,
    });
    const decisions = told.map((each) => this.decided(each, { document, facts, at }));
    await manager.insert(
      ToldAgencyRow,
      decisions.map(({ answer: { agency, duty }, acknowledgeBy }) => ({
        referralId: id,
        agency,
        unit: identity.unit,
        duty,
        caseVersion: recorded.version,
        acknowledgeBy,
      })),
    );
    await storeSearchTerms(manager, [{ id, caseId: id, unit: identity.unit, content: document }]);
    return {
      status: 202,
      lanes: recorded.lanes,
      body: {
        id,
        state: referral.state,
        version: referral.version,
        prosecutorMissing,
        told: decisions.map(({ answer }) => answer),
      },
    };
  }

  /**
   * To those who have not got it: a convention had ended, or it was parked there. The same words, decided anew.
   * @throws AppError `referral-not-found`, `referral-not-stopped`, `precondition-*`, or what `runOnce` throws
   */
  sendAgain(
    identity: Identity,
    {
      id,
      ifMatch,
      idempotencyKey,
    }: { readonly id: string; readonly ifMatch: string | undefined; readonly idempotencyKey: string },
  ) {
    const route = 'POST /v1/referrals/:id/send-again';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      await getReferral(manager, identity, id);
      // The case before its referral, as whoever receives an acknowledgement takes them.
      await lockCase(manager, id);
      const row = await getReferral(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const told = await manager.findBy(ToldAgencyRow, { referralId: id });
      const before = referralOf(row, told);
      const event = decide(before, { type: 'send-again', stopped: await stoppedOf(manager, id) });
      const { state, version } = evolve(before, event);
      const again = 'to' in event ? event.to : [];
      const at = this.clock.now();
      const { document, facts } = await caseOf(manager, id);
      const to = again.flatMap((agency) => this.directory.findAgency(agency) ?? []);
      const recorded = await this.outbox.append(manager, id, this.event(identity, document, to, at));
      const decisions = to.map((agency) => {
        const duty = told.find((each) => each.agency === agency.id)?.duty ?? 'child-protection';
        return this.decided({ agency, duty }, { document, facts, at });
      });
      for (const { answer, acknowledgeBy } of decisions) {
        await manager.update(
          ToldAgencyRow,
          { referralId: id, agency: answer.agency },
          { caseVersion: recorded.version, acknowledgeBy, overdueToldAt: null, stoppedToldAt: null },
        );
      }
      await manager.update(MadeReferralRow, id, { state, version });
      return {
        status: 202,
        lanes: recorded.lanes,
        body: {
          id,
          state,
          version,
          prosecutorMissing: row.prosecutorMissing,
          told: decisions.map(({ answer }) => answer),
        },
      };
    });
  }

  /** What dispatch would decide now; it decides again when it sends. */
  private decided(
    { agency, duty }: { readonly agency: Agency; readonly duty: ToldAgencyRow['duty'] },
    {
      document,
      facts,
      at,
    }: { readonly document: ReferralMadeV1; readonly facts: CaseFacts; readonly at: Date },
  ) {
    const { decision } = this.policy.preview(
      { type: REFERRAL_MADE, document, purpose: REFERRAL_PURPOSE, facts },
      agency,
      at,
    );
    const { allowed, denial, convention, obligations } = decision;
    const seconds = allowed ? termOf('acknowledge-within', obligations) : undefined;
    return {
      acknowledgeBy: seconds === undefined ? null : new Date(at.getTime() + seconds * 1000),
      answer: {
        agency: agency.id,
        duty,
        allowed,
        denial: denial?.code ?? null,
        convention: convention ? `${convention.id}@${convention.version}` : null,
      },
    };
  }

  private event(
    identity: Identity,
    document: ReferralMadeV1,
    to: readonly Agency[],
    decidedAt: Date,
  ): NewEvent {
    return {
      type: REFERRAL_MADE,
      document,
      purpose: REFERRAL_PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
      recipients: to.map((agency) => ({ agency })),
    };
  }
}
