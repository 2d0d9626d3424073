import { DeskConfig, lockCase, MESSAGING, ShareOrders } from '@liaison/casework';
import {
  COMPETENCE_ANSWERED,
  COMPETENCE_CLAIMED,
  COMPETENCE_DECIDED,
  COMPETENCE_ESCALATED,
  COMPETENCE_HANDED_OVER,
  COMPETENCE_TAKEN_OVER,
  type CompetenceAnsweredV1,
  type CompetenceClaimedV1,
  type CompetenceDecidedV1,
  type CompetenceEscalatedV1,
  type CompetenceHandedOverV1,
  type CompetenceTakenOverV1,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  type Messaging,
  type ReceivedEvent,
} from '@liaison/messaging';
import {
  type ClaimCommand,
  type ConflictCommand,
  decideClaim,
  decideConflict,
  evolveClaim,
} from '@liaison/placement';
import { Controller, Inject, Injectable } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { storeFound } from './claim-search';
import { AskedRow, ClaimRow, ConflictRow } from './competence.entity';
import { Settling } from './settling';
import { claimOf, conflictOf, lockConflict } from './stored-competence';

/** A convention may hold a field back. */
type Received<Payload> = ReceivedEvent<Partial<Payload>>;

/** How what arrives changes a conflict that this agency keeps. */
@Injectable()
export class ConflictIntake {
  constructor(private readonly settling: Settling) {}

  /** From whoever was asked to decide. @throws AppError `competence-level-not-asked`, `competence-third`: the event is parked */
  async decided(manager: EntityManager, event: Received<CompetenceDecidedV1>): Promise<void> {
    const { sender, data, receivedAt } = event;
    const row = await ownConflict(manager, event, data.conflict);
    const asked = await manager.findOneBy(AskedRow, { conflictId: row.id, agency: sender });
    if (!asked) throw new AppError('competence-level-not-asked', 'It decides what its sender was not asked.');
    // At which level stands here: nobody decides at a level that asked somebody else.
    await this.apply(manager, event, row, {
      type: 'receive-decision',
      level: asked.level,
      outcome: data.outcome === 'competent' ? 'competent' : 'undecided',
      ...(data.departement !== undefined && { departement: data.departement }),
      at: data.decidedAt === undefined ? receivedAt : new Date(data.decidedAt),
    });
  }

  /** @returns false where it crossed what ended the conflict here */
  async apply(
    manager: EntityManager,
    { sender, envelope }: ReceivedEvent,
    row: ConflictRow,
    command: ConflictCommand,
  ): Promise<boolean> {
    const event = decideConflict(conflictOf(row), command);
    if (event.type === 'crossed') return false;
    await this.settling.apply(manager, row, event, {
      unit: row.unit,
      correlationId: envelope.correlationid,
      causationId: envelope.id,
      // The other département learns how it ended even where it agreed: only then it is decided.
      ...(sender !== row.agency && { decider: sender }),
    });
    return true;
  }
}

/** What comes to the département that shelters the child: answers, decisions, that the child is taken over. */
@Controller()
export class ConflictProjection {
  constructor(private readonly conflicts: ConflictIntake) {}

  /** @throws AppError `competence-not-found`: the event is parked */
  @LiaisonEvent(COMPETENCE_ANSWERED)
  async onAnswered(
    @Payload() events: Received<CompetenceAnsweredV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) {
      const { data, envelope, provenance, receivedAt } = event;
      const row = await ownConflict(manager, event, data.conflict);
      if (row.agency !== event.sender) throw unknown();
      const answer = data.answer ?? 'refused';
      const at = data.answeredAt === undefined ? receivedAt : new Date(data.answeredAt);
      if (!(await this.conflicts.apply(manager, event, row, { type: 'receive-answer', answer, at })))
        continue;
      await manager.update(ConflictRow, row.id, {
        answeredAt: at,
        answerEvent: envelope.id,
        answerConvention: provenance.convention,
        refusal: data.ground ?? null,
        answerAccount: data.account ?? null,
      });
    }
  }

  /** @throws AppError `competence-not-found`, `competence-taking-over-unexpected`: the event is parked */
  @LiaisonEvent(COMPETENCE_TAKEN_OVER)
  async onTakenOver(
    @Payload() events: Received<CompetenceTakenOverV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) {
      const { data, receivedAt } = event;
      const row = await ownConflict(manager, event, data.conflict);
      if (row.agency !== event.sender) throw unknown();
      if (!(await this.conflicts.apply(manager, event, row, { type: 'receive-taking-over' }))) continue;
      const takenOverAt = data.takenOverAt === undefined ? receivedAt : new Date(data.takenOverAt);
      await manager.update(ConflictRow, row.id, { takenOverAt });
    }
  }
}

/** What comes to the département that is said to be competent: the claim, whom it was taken to, its end, the file. */
@Controller()
export class ClaimProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    private readonly desk: DeskConfig,
    private readonly conflicts: ConflictIntake,
    private readonly orders: ShareOrders,
  ) {}

  @LiaisonEvent(COMPETENCE_CLAIMED)
  async onClaimed(
    @Payload() events: Received<CompetenceClaimedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) {
      const { data, envelope, withheld, provenance, keepUntil } = event;
      const row = await this.claim(manager, event, data.conflict ?? envelope.id);
      await manager.update(ClaimRow, row.id, {
        eventId: envelope.id,
        convention: provenance.convention,
        departement: data.departement ?? null,
        content: data,
        withheld: [...withheld],
        answerBy: data.answerBy === undefined ? null : new Date(data.answerBy),
        keepUntil: keepUntil ?? null,
      });
      await storeFound(manager, { ...row, content: data });
    }
    await this.orders.carryOutLate(manager, events);
  }

  @LiaisonEvent(COMPETENCE_ESCALATED)
  async onEscalated(
    @Payload() events: Received<CompetenceEscalatedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, data } of events) {
      const row = await findClaim(manager, sender, data.conflict);
      if (!row || !data.level) continue;
      await this.change(manager, row, { type: 'receive-escalation', level: data.level });
      await manager.update(ClaimRow, row.id, {
        decideBy: data.decideBy === undefined ? null : new Date(data.decideBy),
      });
    }
  }

  /** Of a claim that came, how it ended; of one that this agency made, what somebody decides. */
  @LiaisonEvent(COMPETENCE_DECIDED)
  async onDecided(
    @Payload() events: Received<CompetenceDecidedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) {
      const { sender, data } = event;
      if (data.conflict === undefined) continue;
      const own = await manager.existsBy(ConflictRow, { id: data.conflict });
      if (own) {
        await this.conflicts.decided(manager, event);
        continue;
      }
      const row = await findClaim(manager, sender, data.conflict);
      // A claim that never came has an end that concerns nobody here.
      if (!row || !data.outcome || data.outcome === 'undecided') continue;
      await this.change(manager, row, {
        type: 'receive-decision',
        outcome: data.outcome,
        ...(data.departement !== undefined && { departement: data.departement }),
      });
      await manager.update(ClaimRow, row.id, { outcome: data.outcome });
    }
  }

  /** @throws AppError `claim-taken-over`: the event is parked */
  @LiaisonEvent(COMPETENCE_HANDED_OVER)
  async onHandedOver(
    @Payload() events: Received<CompetenceHandedOverV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const event of events) {
      const { data, envelope, withheld, provenance, receivedAt, keepUntil } = event;
      const row = await this.claim(manager, event, data.conflict ?? envelope.id);
      await this.change(manager, row, { type: 'receive-file' });
      const fileId = row.fileId ?? uuidv7();
      await manager.update(ClaimRow, row.id, {
        fileId,
        fileEvent: envelope.id,
        fileConvention: provenance.convention,
        file: data,
        fileWithheld: [...withheld],
        fileReceivedAt: receivedAt,
        competent: data.departement ?? row.competent,
        departement: data.departement ?? row.departement,
        ...(keepUntil && { keepUntil }),
      });
      await storeFound(manager, { ...row, fileId, file: data });
    }
    await this.orders.carryOutLate(manager, events);
  }

  private async change(manager: EntityManager, row: ClaimRow, command: ClaimCommand): Promise<void> {
    const { state, version, level, competent } = evolveClaim(
      claimOf(row),
      decideClaim(claimOf(row), command),
    );
    await manager.update(ClaimRow, row.id, {
      state,
      version,
      level: level ?? null,
      competent: competent ?? null,
    });
  }

  /** Of this sender; made where it has none, for a file comes whatever became of its claim. */
  private async claim(manager: EntityManager, event: ReceivedEvent, conflict: string): Promise<ClaimRow> {
    const { sender, envelope, provenance, receivedAt } = event;
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit: this.desk.defaultUnit,
      newId: uuidv7,
      factsOf: ({ data }) => factsOf(data as Partial<CompetenceClaimedV1>),
    });
    const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
    await lockCase(manager, caseId);
    const known = await findClaim(manager, sender, conflict);
    if (known) return known;
    const { state, version } = evolveClaim(undefined, decideClaim(undefined, { type: 'receive' }));
    await manager
      .createQueryBuilder()
      .insert()
      .into(ClaimRow)
      .values({
        id: uuidv7(),
        unit: envelope.recipientunit ?? this.desk.defaultUnit,
        caseId,
        sender,
        conflict,
        reference: envelope.subject,
        eventId: envelope.id,
        receivedAt,
        purpose: envelope.purpose ?? '',
        convention: provenance.convention,
        content: {},
        withheld: [],
        state,
        version,
      })
      .execute();
    const made = await findClaim(manager, sender, conflict);
    if (!made) throw new TypeError('a claim was not stored');
    return made;
  }
}

/** By the sender's own reference, so that nobody answers in another's place. @throws AppError `competence-not-found` */
async function ownConflict(
  manager: EntityManager,
  { sender, envelope }: ReceivedEvent,
  conflict: string | undefined,
): Promise<ConflictRow> {
  const [reference] = await manager.query<{ case_id: string }[]>(
    'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
    [sender, envelope.subject],
  );
  const found = conflict === undefined ? null : await manager.findOneBy(ConflictRow, { id: conflict });
  if (!found || found.caseId !== reference?.case_id) throw unknown();
  return lockConflict(manager, found);
}

const unknown = () =>
  new AppError(
    'competence-not-found',
    'It is about a conflict of competence that this agency has not opened.',
  );

const findClaim = (manager: EntityManager, sender: string, conflict: string | undefined) =>
  conflict === undefined
    ? Promise.resolve(null)
    : manager.findOne(ClaimRow, { where: { sender, conflict }, lock: { mode: 'pessimistic_write' } });

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A birth date counts only where the sender relies on it: an estimate leaves the age unknown (R15). */
function reliedOn({
  civilStatus,
  age,
}: Pick<Partial<CompetenceClaimedV1>, 'civilStatus' | 'age'>): string | null {
  const birthDate = civilStatus?.declared?.birthDate;
  const relied = age?.ground === 'documented' || age?.ground === 'declared';
  return relied && birthDate !== undefined && DAY.test(birthDate) ? birthDate : null;
}

function factsOf(data: Partial<CompetenceClaimedV1>) {
  const birthDate = reliedOn(data);
  return {
    ...(data.found?.departement !== undefined && { departement: data.found.departement }),
    ...(birthDate !== null && { birthDate }),
  };
}
