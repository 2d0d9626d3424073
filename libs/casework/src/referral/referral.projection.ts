import {
  REFERRAL_ACKNOWLEDGED,
  REFERRAL_MADE,
  type ReferralAcknowledgedV1,
  type ReferralMadeV1,
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
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { AgencyPolicy } from '../policy/agency-policy';
import { forgetSearchTerms, storeSearchTerms } from '../search/search-terms';
import { ShareOrders } from '../after-sharing/share-orders';
import * as received from './received-referral';
import { REFERRAL_READERS } from './received-referral';
import { decide, evolve } from './referral';
import { MadeReferralRow, ReceivedReferralRow, ToldAgencyRow } from './referral.entity';
import { referralOf } from './stored-referral';

/** A convention may hold a field back. */
type Made = ReceivedEvent<Partial<ReferralMadeV1>>;
type Acknowledged = ReceivedEvent<Partial<ReferralAcknowledgedV1>>;

/** What others refer to this agency. */
@Controller()
export class ReferralMadeProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    private readonly policy: AgencyPolicy,
    private readonly orders: ShareOrders,
  ) {}

  @LiaisonEvent(REFERRAL_MADE)
  async onMade(@Payload() events: Made[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: (event) => factsOf(event as Made),
    });
    for (const event of events) {
      const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
      const { state, version } = received.evolve(undefined, received.decide(undefined, { type: 'receive' }));
      const id = uuidv7();
      const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
      const unit = envelope.recipientunit ?? this.unit;
      await manager
        .createQueryBuilder()
        .insert()
        .into(ReceivedReferralRow)
        .values({
          id,
          caseId,
          sender,
          reference: envelope.subject,
          eventId: envelope.id,
          unit,
          receivedAt,
          purpose: envelope.purpose ?? '',
          convention: provenance.convention,
          departement: data.found?.departement ?? null,
          content: data,
          withheld: [...withheld],
          acknowledgeBy: this.acknowledgeBy(event),
          state,
          version,
          keepUntil: keepUntil ?? null,
        })
        .execute();
      await storeSearchTerms(manager, [{ id, caseId, unit, content: data }]);
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender: that there was one stays, what was in it goes. */
  @LiaisonVoided(REFERRAL_MADE)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOne(ReceivedReferralRow, {
        where: { sender, eventId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row || row.state === 'voided') continue;
      const { state, version } = received.evolve(row, received.decide(row, { type: 'void' }));
      await manager.update(ReceivedReferralRow, row.id, { state, version, content: {}, withheld: [] });
      await forgetSearchTerms(manager, [row.id]);
    }
  }

  /** The duty stands in the convention that it was released under, and counts from here. */
  private acknowledgeBy({ envelope, data, provenance, withheld, receivedAt }: Made): Date | null {
    const held = {
      type: envelope.type,
      data: {},
      purpose: envelope.purpose ?? '',
      facts: factsOf({ data }),
      provenance,
      withheld,
    };
    const answer = this.policy.read(held, REFERRAL_READERS, receivedAt);
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    return seconds === undefined ? null : new Date(receivedAt.getTime() + seconds * 1000);
  }
}

const factsOf = ({ data }: Pick<Made, 'data'>) =>
  data.found?.departement === undefined ? {} : { departement: data.found.departement };

/** What those who were told say of a referral. */
@Controller()
export class ReferralAcknowledgedProjection {
  /** @throws AppError `referral-unknown`, `referral-acknowledgement-unexpected`: the event is parked */
  @LiaisonEvent(REFERRAL_ACKNOWLEDGED)
  async onAcknowledged(
    @Payload() events: Acknowledged[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      // By the sender's own reference, so that nobody answers in another's place.
      const [reference] = await manager.query<{ case_id: string }[]>(
        'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
        [sender, envelope.subject],
      );
      const row =
        reference &&
        (await manager.findOne(MadeReferralRow, {
          where: { id: reference.case_id },
          lock: { mode: 'pessimistic_write' },
        }));
      if (!row) throw new AppError('referral-unknown', 'It acknowledges what this agency has not referred.');
      const told = await manager.findBy(ToldAgencyRow, { referralId: row.id });
      const referral = referralOf(row, told);
      const at = data.acknowledgedAt === undefined ? receivedAt : new Date(data.acknowledgedAt);
      const event = decide(referral, { type: 'receive-acknowledgement', agency: sender, at });
      const { state, version } = evolve(referral, event);
      await manager.update(
        ToldAgencyRow,
        { referralId: row.id, agency: sender },
        { acknowledgedAt: at, role: data.role ?? null, acknowledgementEvent: envelope.id },
      );
      await manager.update(MadeReferralRow, row.id, { state, version });
    }
  }
}
