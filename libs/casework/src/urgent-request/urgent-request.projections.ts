import {
  URGENT_REQUEST_ANSWERED,
  URGENT_REQUEST_ASKED,
  type UrgentRequestAnsweredV1,
  type UrgentRequestAskedV1,
} from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AGENCY, MESSAGING } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { type AskedRow, type ReceivedRow, stateOf } from './rows';
import { decideAsked, decideReceived, evolveAsked, evolveReceived } from './urgent-request';

/** A convention may hold a field back. */
type Asked = ReceivedEvent<Partial<UrgentRequestAskedV1>>;
type Answered = ReceivedEvent<Partial<UrgentRequestAnsweredV1>>;

/**
 * Urgent requests of other agencies, and their answers to this one's. Both are applied on arrival. That a request names nobody whom
 * this agency knows changes nothing of what happens here: nothing of it may be told from outside.
 */
@Controller()
export class UrgentRequestProjection {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
  ) {}

  /** @throws AppError `urgent-request-exists`: the event is parked */
  @LiaisonEvent(URGENT_REQUEST_ASKED, 'arrival')
  async onAsked(@Payload() events: Asked[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await this.store(manager, event);
  }

  /** @throws AppError `urgent-request-unknown`, `urgent-answer-unexpected`: the event is parked */
  @LiaisonEvent(URGENT_REQUEST_ANSWERED, 'arrival')
  async onAnswered(@Payload() events: Answered[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
      const row = await findAsked(manager, event);
      const outcome = data.outcome ?? 'refused';
      const { state, version } = evolveAsked(
        stateOf(row),
        decideAsked(stateOf(row), { type: 'receive-answer', outcome }),
      );
      await manager.query(
        `UPDATE desk.urgent_asked
            SET state = $2, version = $3, answered_at = $4, answer_event = $5, convention = $6, answer = $7,
                withheld = $8, keep_until = $9, restricted_since = NULL, revoked_fields = '[]'
          WHERE id = $1`,
        [
          row.id,
          state,
          version,
          data.answeredAt ?? receivedAt,
          envelope.id,
          provenance.convention,
          JSON.stringify(data),
          JSON.stringify(withheld),
          keepUntil ?? null,
        ],
      );
    }
  }

  /** Withdrawn or taken back by its sender: that there was one stays, and what was answered; what was in it goes. */
  @LiaisonVoided(URGENT_REQUEST_ASKED)
  async onAskedVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId, voidedAt } of events) {
      const [row] = await manager.query<ReceivedRow[]>(
        'SELECT * FROM desk.urgent_received WHERE agency = $1 AND event_id = $2 FOR UPDATE',
        [sender, eventId],
      );
      if (!row || row.state === 'taken-back') continue;
      const { state, version } = evolveReceived(row, decideReceived(row, { type: 'take-back' }));
      await manager.query(
        `UPDATE desk.urgent_received SET state = $2, version = $3, taken_back_at = $4, content = NULL, withheld = '[]'
          WHERE id = $1`,
        [row.id, state, version, voidedAt],
      );
    }
  }

  /** The request is as it was before. */
  @LiaisonVoided(URGENT_REQUEST_ANSWERED)
  async onAnswerVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const [row] = await manager.query<AskedRow[]>(
        'SELECT * FROM desk.urgent_asked WHERE agency = $1 AND answer_event = $2 FOR UPDATE',
        [sender, eventId],
      );
      if (!row) continue;
      const { state, version } = evolveAsked(
        stateOf(row),
        decideAsked(stateOf(row), { type: 'lose-answer' }),
      );
      await manager.query(
        `UPDATE desk.urgent_asked
            SET state = $2, version = $3, answered_at = NULL, answer_event = NULL, convention = NULL, answer = NULL,
                withheld = NULL, keep_until = NULL
          WHERE id = $1`,
        [row.id, state, version],
      );
    }
  }

  private async store(manager: EntityManager, event: Asked): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
    const known = await this.caseOf(manager, event);
    // Nobody of the directory is never asked in vain: an emergency does not wait in a dead letter for want of a unit.
    const unit = envelope.recipientunit ?? known?.unit ?? this.agency.units[0]?.id ?? '';
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    const { state, version } = evolveReceived(undefined, decideReceived(undefined, { type: 'receive' }));
    const stored = await manager.query<object[]>(STORE, [
      uuidv7(),
      sender,
      data.request ?? envelope.id,
      unit,
      known?.unit === unit ? known.id : null,
      cases.get(`${sender}/${envelope.subject}`),
      envelope.id,
      envelope.purpose ?? '',
      provenance.convention,
      data.ground ?? null,
      JSON.stringify(data),
      JSON.stringify(withheld),
      keepUntil ?? null,
      receivedAt,
      data.dueAt ?? null,
      state,
      version,
    ]);
    if (stored.length === 0)
      throw new AppError('urgent-request-exists', 'It has come before, in another event.');
  }

  /** This agency's own case, by the sender's reference to it. */
  private async caseOf(manager: EntityManager, { sender, data }: Asked) {
    if (data.case === undefined) return undefined;
    const [reference] = await manager.query<{ case_id: string }[]>(
      'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2 AND case_id IS NOT NULL',
      [sender, data.case],
    );
    return reference && this.register.findDelivered(manager, reference.case_id);
  }
}

/** By the sender's own reference, so that nobody answers in another's place. @throws AppError `urgent-request-unknown` */
async function findAsked(manager: EntityManager, { sender, envelope, data }: Answered): Promise<AskedRow> {
  const [row] = await manager.query<AskedRow[]>(
    `SELECT u.* FROM desk.urgent_asked u
       JOIN messaging.case_reference r ON r.case_id = u.request_case AND r.peer = u.agency
      WHERE u.id = $1 AND u.agency = $2 AND r.reference = $3 FOR UPDATE OF u`,
    [data.request ?? null, sender, envelope.subject],
  );
  if (row) return row;
  throw new AppError('urgent-request-unknown', 'It answers what this agency has not asked its sender.');
}

const STORE = `
INSERT INTO desk.urgent_received
  (id, agency, request, unit, case_id, request_case, event_id, purpose, convention, ground, content, withheld, keep_until,
   received_at, due_at, state, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT DO NOTHING RETURNING id`;
