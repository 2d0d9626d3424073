import { Acts, AgencyPolicy, CLOCK, DIRECTORY, ReceivedReferralRow } from '@liaison/casework';
import {
  assertEventData,
  COMPETENCE_HANDED_OVER,
  type CompetenceHandedOverV1,
  describeEvent,
  CompetenceHandedOverV1 as HandedOver,
  getEventType,
  REFERRAL_MADE,
  type ReferralMadeV1,
} from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, type Origin, Outbox } from '@liaison/messaging';
import { decideConflict } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ConflictRow } from './competence.entity';
import type { OfConflict } from './move-conflict.handler';
import { Settling } from './settling';
import { claimDocument, conflictOf, getConflict, lockConflict, PURPOSE } from './stored-competence';

/** Referrals that one file holds. */
const MOST_REFERRALS = 20;

/**
 * T1 of a hand-over: the file goes to the competent département. This agency keeps its own as it is, so that at no moment nobody can
 * read it; it goes on with the child until the other has taken over.
 */
@Injectable()
export class HandOverHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly settling: Settling,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `competence-*`, `child-protection-missing`, `precondition-*`, or what `runOnce` throws */
  handOver(identity: Identity, { id, ifMatch, idempotencyKey }: OfConflict) {
    const route = 'POST /v1/competence-conflicts/:id/hand-over';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await lockConflict(manager, await getConflict(manager, identity, id));
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const stopped = await hasStopped(manager, row);
      const event = decideConflict(conflictOf(row), { type: 'hand-over', stopped, at });
      const recipient = this.directory.findAgency(row.agency);
      if (!recipient) {
        throw new AppError(
          'child-protection-missing',
          'The directory no longer names that child protection: tell your operators.',
        );
      }
      const { document, origins, facts } = await this.fileOf(manager, row, recipient, at);
      const { next } = await this.settling.apply(manager, row, event, {
        unit: identity.unit,
        correlationId: currentCorrelationId(),
      });
      const recorded = await this.outbox.append(manager, row.caseId, {
        type: COMPETENCE_HANDED_OVER,
        document,
        purpose: PURPOSE,
        unit: identity.unit,
        agent: identity.pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        decidedAt: at,
        ...(origins.length > 0 && { origins }),
        recipients: [{ agency: recipient }],
      });
      await manager.update(ConflictRow, id, {
        fileVersion: recorded.version,
        keptBack: document.keptBack,
        handedOverAt: at,
      });
      const { decision } = this.policy.preview(
        { type: COMPETENCE_HANDED_OVER, document, purpose: PURPOSE, facts },
        recipient,
        at,
      );
      return {
        status: 202,
        lanes: recorded.lanes,
        body: {
          id,
          state: next.state,
          version: next.version,
          agency: row.agency,
          documents: document.referrals?.length ?? 0,
          keptBack: document.keptBack,
          allowed: decision.allowed,
          denial: decision.denial?.code ?? null,
        },
      };
    });
  }

  /** What this agency wrote itself, and of what others wrote that which may go along. */
  private async fileOf(manager: EntityManager, row: ConflictRow, recipient: Agency, at: Date) {
    const { document: claim, facts } = await claimDocument(manager, row);
    const onFile = await manager.find(ReceivedReferralRow, {
      where: { caseId: row.caseId },
      order: { receivedAt: 'ASC' },
    });
    const referrals: ReferralMadeV1[] = [];
    const origins: Origin[] = [];
    for (const each of onFile) {
      if (each.state === 'voided' || referrals.length >= MOST_REFERRALS) continue;
      const origin = { agency: each.sender, event: each.eventId, convention: each.convention };
      const passed = { type: COMPETENCE_HANDED_OVER, origins: [origin], purpose: PURPOSE, facts };
      if (each.restrictedSince !== null || !isWhole(each.content)) continue;
      if (!this.policy.mayPassOn(passed, recipient, at)) continue;
      referrals.push(each.content as ReferralMadeV1);
      origins.push({ ...origin, fields: REFERRAL_PATHS });
    }
    const held = onFile.filter(({ state }) => state !== 'voided').length;
    const document: CompetenceHandedOverV1 = {
      conflict: row.id,
      departement: row.claimed,
      decidedBy: row.decidedBy ?? 'agreement',
      ...(claim.civilStatus && { civilStatus: claim.civilStatus }),
      age: claim.age,
      found: claim.found ?? { departement: row.own },
      ...(claim.shelteredSince !== undefined && { shelteredSince: claim.shelteredSince }),
      ...(referrals.length > 0 && { referrals }),
      keptBack: held - referrals.length,
      handedOverAt: at.toISOString(),
    };
    return { document, origins, facts };
  }
}

const REFERRAL_PATHS = describeEvent(HandedOver)
  .fields.map(({ path }) => path)
  .filter((path) => path.startsWith('referrals.'));

/** What a convention held back can leave less than a referral. */
function isWhole(content: object): boolean {
  try {
    assertEventData(getEventType(REFERRAL_MADE), content, []);
    return true;
  } catch {
    return false;
  }
}

/** The file has not arrived and will not by itself; what is parked there is for its operators to redrive. */
async function hasStopped(
  manager: EntityManager,
  { caseId, fileVersion, agency }: ConflictRow,
): Promise<boolean> {
  if (fileVersion === null) return false;
  const rows = await manager.query<unknown[]>(
    `SELECT FROM messaging.delivery_status
      WHERE case_id = $1 AND case_version = $2 AND recipient = $3 AND state IN ('refused', 'cancelled', 'discarded')`,
    [caseId, fileVersion, agency],
  );
  return rows.length > 0;
}
