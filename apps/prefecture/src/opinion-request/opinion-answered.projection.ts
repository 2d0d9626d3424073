import { ShareOrders } from '@liaison/casework';
import { OPINION_ANSWERED, type OpinionAnsweredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { decide, evolve } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { stateOf } from './stored-opinion';

/** A convention may hold a field back. */
type Answered = ReceivedEvent<Partial<OpinionAnsweredV1>>;

/** What units answer to requests for an opinion. */
@Controller()
export class OpinionAnsweredProjection {
  constructor(private readonly orders: ShareOrders) {}

  /** @throws AppError `opinion-unknown`, `opinion-answer-unexpected`: the event is parked */
  @LiaisonEvent(OPINION_ANSWERED)
  async onAnswered(@Payload() events: Answered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await store(manager, event);
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender: the request is open again, unless a notice has closed it. */
  @LiaisonVoided(OPINION_ANSWERED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    await manager.query(UNDO, [events.map(({ sender }) => sender), events.map(({ eventId }) => eventId)]);
  }
}

async function store(manager: EntityManager, event: Answered): Promise<void> {
  const { sender, envelope, data, provenance, receivedAt } = event;
  const row = await find(manager, event);
  const at = data.answeredAt === undefined ? receivedAt : new Date(data.answeredAt);
  const outcome = data.outcome ?? 'refused';
  const request = stateOf(row);
  const { state, version } = evolve(request, decide(request, { type: 'receive-answer', outcome, at }));
  await manager.update(
    OpinionRequestRow,
    { id: row.id, agency: sender },
    {
      state,
      version,
      answeredAt: at,
      answerEvent: envelope.id,
      convention: provenance.convention,
      reason: data.reason ?? null,
      explanation: data.explanation ?? null,
      keepUntil: event.keepUntil ?? null,
      restrictedSince: null,
      revokedFields: [],
    },
  );
}

/** By the sender's own reference, so that nobody answers in another's place. @throws AppError `opinion-unknown` */
async function find(
  manager: EntityManager,
  { sender, envelope, data }: Answered,
): Promise<OpinionRequestRow> {
  const row =
    data.request === undefined
      ? null
      : await manager.findOne(OpinionRequestRow, {
          where: { id: data.request, agency: sender },
          lock: { mode: 'pessimistic_write' },
        });
  const [reference] = await manager.query<{ case_id: string }[]>(
    'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
    [sender, envelope.subject],
  );
  if (row && reference?.case_id === row.caseId) return row;
  throw new AppError('opinion-unknown', 'It answers what this agency has not asked its sender.');
}

const UNDO = `
UPDATE prefecture.opinion_request o
   SET state = CASE WHEN o.notice_id IS NOT NULL THEN 'answered' WHEN o.withdrawn_at IS NOT NULL THEN 'withdrawn'
                    ELSE 'asked' END,
       version = o.version + 1, answer_event = NULL, convention = NULL, reason = NULL, explanation = NULL,
       answered_at = CASE WHEN o.notice_id IS NULL THEN NULL ELSE o.answered_at END
  FROM unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
 WHERE o.agency = w.sender AND o.answer_event = w.event_id`;
