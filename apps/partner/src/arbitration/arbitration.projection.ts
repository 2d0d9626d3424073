import { DeskConfig, lockCase, MESSAGING } from '@liaison/casework';
import {
  COMPETENCE_DECIDED,
  COMPETENCE_ESCALATED,
  type CompetenceDecidedV1,
  type CompetenceEscalatedV1,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { type ArbitrationCommand, decideArbitration, evolveArbitration } from '@liaison/placement';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ArbitrationRow } from './arbitration.entity';
import { arbitrationColumns, arbitrationOf } from './stored-arbitration';

/** A convention may hold a field back. */
type Escalated = ReceivedEvent<Partial<CompetenceEscalatedV1>>;
type Decided = ReceivedEvent<Partial<CompetenceDecidedV1>>;

/** What comes to whoever decides between départements: that it is asked, and how it ended elsewhere. */
@Controller()
export class ArbitrationProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    private readonly desk: DeskConfig,
  ) {}

  /**
   * Once a level: a level above may ask the same agency again, about the same conflict.
   * @throws AppError `escalation-incomplete`: the event is parked
   */
  @LiaisonEvent(COMPETENCE_ESCALATED)
  async onEscalated(@Payload() events: Escalated[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { sender, envelope, data, provenance, receivedAt, keepUntil } = event;
      const { conflict, level, sheltering, claimed, decideBy } = whole(data);
      const unit = envelope.recipientunit ?? this.desk.defaultUnit;
      const cases = await casesOfSenders(manager, [event], {
        epoch: this.messaging.epoch,
        unit,
        newId: uuidv7,
        factsOf: () => ({}),
      });
      const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
      await lockCase(manager, caseId);
      const known = await findArbitration(manager, sender, conflict);
      const before = known ? arbitrationOf(known) : undefined;
      const after = evolveArbitration(
        before,
        decideArbitration(before, { type: 'receive', level, between: [sheltering, claimed] }),
      );
      const asked = {
        eventId: envelope.id,
        receivedAt,
        convention: provenance.convention,
        content: data,
        decideBy: new Date(decideBy),
        keepUntil: keepUntil ?? null,
        ...arbitrationColumns(after),
      };
      if (!known) {
        const purpose = envelope.purpose ?? '';
        await manager.insert(ArbitrationRow, {
          id: uuidv7(),
          unit,
          caseId,
          sender,
          conflict,
          purpose,
          ...asked,
        });
        continue;
      }
      // What was answered at the level below does not answer this one.
      const anew = {
        outcome: null,
        answeredAt: null,
        answeredBy: null,
        emptiedAt: null,
        overdueToldAt: null,
      };
      await manager.update(ArbitrationRow, known.id, { ...asked, ...anew });
    }
  }

  @LiaisonEvent(COMPETENCE_DECIDED)
  async onDecided(@Payload() events: Decided[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, data } of events) {
      const { conflict, outcome, departement } = data;
      // What this agency was never asked has an end that concerns nobody here.
      const row = conflict === undefined ? null : await findArbitration(manager, sender, conflict);
      if (!row || !outcome) continue;
      const command = { type: 'receive-decision' as const, outcome };
      await this.change(manager, row, { ...command, ...(departement !== undefined && { departement }) });
      await manager.update(ArbitrationRow, row.id, { outcome });
    }
  }

  /** Its sender takes back that it asked: nobody waits for an answer. */
  @LiaisonVoided(COMPETENCE_ESCALATED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOne(ArbitrationRow, {
        where: { sender, eventId, state: 'open' },
        lock: { mode: 'pessimistic_write' },
      });
      if (row) await this.change(manager, row, { type: 'receive-decision', outcome: 'withdrawn' });
    }
  }

  private async change(manager: EntityManager, row: ArbitrationRow, command: ArbitrationCommand) {
    const before = arbitrationOf(row);
    const after = evolveArbitration(before, decideArbitration(before, command));
    await manager.update(ArbitrationRow, row.id, arbitrationColumns(after));
  }
}

const findArbitration = (manager: EntityManager, sender: string, conflict: string) =>
  manager.findOne(ArbitrationRow, { where: { sender, conflict }, lock: { mode: 'pessimistic_write' } });

type Whole = Pick<CompetenceEscalatedV1, 'conflict' | 'level' | 'sheltering' | 'claimed' | 'decideBy'>;

/** Nobody decides between départements of which one is not named. */
function whole({ conflict, level, sheltering, claimed, decideBy }: Partial<CompetenceEscalatedV1>): Whole {
  if (
    conflict !== undefined &&
    level !== undefined &&
    sheltering !== undefined &&
    claimed !== undefined &&
    decideBy !== undefined
  ) {
    return { conflict, level, sheltering, claimed, decideBy };
  }
  throw new AppError(
    'escalation-incomplete',
    'Its convention withholds the conflict, the level, a département or the day by which to decide.',
  );
}
