import {
  Acts,
  AGENCY,
  AgencyPolicy,
  type CaseFacts,
  Cases,
  CLOCK,
  DIRECTORY,
  factsAt,
  factsOfReferral,
  lockCase,
  type ReferralProtection,
  StatedMeasures,
} from '@liaison/casework';
import { COMPETENCE_CLAIMED, type CompetenceClaimedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { awaitsHandOver, decideConflict, evolveConflict } from '@liaison/placement';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ConflictRow, ShelterRow } from './competence.entity';
import { conflictColumns, conflictOf, PURPOSE } from './stored-competence';

export interface ClaimCompetence {
  readonly caseId: string;
  readonly content: CompetenceClaimedV1;
  /** What is not said lifts nothing that the case says. */
  readonly protection: Partial<ReferralProtection>;
  readonly idempotencyKey: string;
}

/** T1 of a claim: it stands here and goes to child protection of the other département, or neither. */
@Injectable()
export class ClaimCompetenceHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly measures: StatedMeasures,
  ) {}

  /**
   * @throws AppError `case-not-found`, `competence-of-adult`, `age-unfounded`, `child-protection-missing`, or what
   * `decideConflict` and `runOnce` throw
   */
  claim(identity: Identity, { idempotencyKey, ...command }: ClaimCompetence) {
    const route = 'POST /v1/competence-conflicts';
    return this.acts.run(identity, { route, idempotencyKey, request: command }, (manager) =>
      this.claimed(manager, identity, command),
    );
  }

  private async claimed(
    manager: EntityManager,
    identity: Identity,
    { caseId, content, protection }: Omit<ClaimCompetence, 'idempotencyKey'>,
  ) {
    const at = this.clock.now();
    const found = await this.cases.get(manager, identity, caseId);
    const known = await lockCase(manager, found.id);
    const earlier = await manager.findBy(ConflictRow, { caseId, unit: identity.unit });
    if (earlier.some((row) => LIVE.includes(row.state) || awaitsHandOver(conflictOf(row)))) {
      throw new AppError(
        'competence-claimed',
        'Another département has been claimed already: wait for the end, or withdraw that claim.',
      );
    }
    const own = this.agency.departement ?? '';
    const event = decideConflict(undefined, { type: 'claim', own, claimed: content.departement, at });
    if (event.type !== 'claimed') throw new TypeError('a claim claims');
    const recipient = this.recipient(content.departement);
    const { consents } = known;
    const facts = {
      ...this.factsOf(
        content,
        {
          identity: protection.identity ?? known.protectedIdentity ?? false,
          address: protection.address ?? known.protectedAddress ?? false,
        },
        known.departement ?? own,
        recipient,
      ),
      ...(consents && { consents }),
    };
    const { age } = factsAt(facts, at, '');
    if (age?.value === 'adult') {
      throw new AppError(
        'competence-of-adult',
        'From the eighteenth birthday no département is competent as child protection: help goes on with the person’s agreement (R17), and the coordination of adults looks for a place: POST /v1/orientation-requests.',
      );
    }
    const shelter = await manager.findOne(ShelterRow, { where: { caseId }, order: { id: 'ASC' } });
    const id = uuidv7();
    const document: CompetenceClaimedV1 = {
      ...content,
      found: { departement: known.departement ?? own },
      ...(shelter && { shelteredSince: shelter.from }),
      conflict: id,
      claimedAt: at.toISOString(),
      answerBy: event.dueAt.toISOString(),
    };
    // What is known of the age now counts for everything that leaves from here on (R17).
    await manager.query(
      `UPDATE messaging.cases SET facts = (coalesce(facts, '{}') - 'birthDate') || $2::jsonb, facts_version = facts_version + 1
        WHERE id = $1`,
      [caseId, JSON.stringify(facts)],
    );
    const followed = await this.measures.follow(manager, identity, caseId, facts);
    const recorded = await this.outbox.append(manager, caseId, {
      type: COMPETENCE_CLAIMED,
      document,
      purpose: PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt: at,
      recipients: [{ agency: recipient }],
    });
    const conflict = evolveConflict(undefined, event);
    await manager.insert(ConflictRow, {
      id,
      unit: identity.unit,
      caseId,
      claimedBy: identity.pseudonym,
      claimedAt: at,
      agency: recipient.id,
      own,
      claimed: content.departement,
      ground: content.ground,
      caseVersion: recorded.version,
      ...conflictColumns(conflict),
      ofAgeAt: age?.until ?? null,
    });
    const { decision } = this.policy.preview(
      { type: COMPETENCE_CLAIMED, document, purpose: PURPOSE, facts },
      recipient,
      at,
    );
    return {
      status: 202,
      lanes: [...followed, ...recorded.lanes],
      body: {
        id,
        state: conflict.state,
        version: conflict.version,
        agency: recipient.id,
        answerBy: event.dueAt.toISOString(),
        allowed: decision.allowed,
        denial: decision.denial?.code ?? null,
        convention: decision.convention ? `${decision.convention.id}@${decision.convention.version}` : null,
      },
    };
  }

  /** @throws AppError `age-unfounded` */
  private factsOf(
    { civilStatus, age }: CompetenceClaimedV1,
    protection: ReferralProtection,
    departement: string,
    { id }: Agency,
  ): CaseFacts {
    const { declared } = civilStatus ?? {};
    const founded = {
      documented: declared?.birthDate !== undefined,
      declared: declared?.birthDate !== undefined,
      estimated: declared?.estimatedAge !== undefined,
      unknown: true,
    };
    if (!founded[age.ground]) {
      throw new AppError(
        'age-unfounded',
        'That ground needs a birth date or an estimated age under civilStatus.declared; where there is none, say unknown.',
      );
    }
    const found = { departement, stillThere: false };
    return {
      ...factsOfReferral({ ...(civilStatus && { civilStatus }), age, found }, protection),
      claimedCompetent: [id],
    };
  }

  /** @throws AppError `child-protection-missing` */
  private recipient(departement: string): Agency {
    const [agency] = this.directory.competentAgencies('ase', departement);
    if (agency) return agency;
    throw new AppError(
      'child-protection-missing',
      `The directory names no child protection of the département ${departement}: claim it by telephone and letter.`,
    );
  }
}

const LIVE: readonly string[] = ['claimed', 'in-conflict', 'handed-over'];
