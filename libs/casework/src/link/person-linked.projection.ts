import {
  PERSON_LINKED,
  PERSON_UNLINKED,
  type PersonLinkedV1,
  type PersonUnlinkedV1,
  type TwoReferences,
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
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { MESSAGING } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister, deliveredCase } from '../cases/case-register';
import { caseOfExchange, EXCHANGE_SOURCES } from './exchange-sources';
import type { Says } from './link';
import { findOrOpen, inOrder, lockLink } from './stored-link';

type Said = ReceivedEvent<Partial<PersonLinkedV1 & PersonUnlinkedV1>>;

/** What the other agency says of two cases. It changes nothing of what this one says itself. */
@Controller()
export class PersonLinkedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    @Inject(EXCHANGE_SOURCES) private readonly sources: readonly string[],
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `link-unexpected`: the event is parked */
  @LiaisonEvent(PERSON_LINKED)
  onLinked(@Payload() events: Said[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return this.hear(manager, events, 'same');
  }

  /** @throws AppError `link-unexpected`: the event is parked */
  @LiaisonEvent(PERSON_UNLINKED)
  onUnlinked(@Payload() events: Said[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return this.hear(manager, events, 'not-same');
  }

  @LiaisonVoided(PERSON_LINKED)
  onLinkVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return takeBack(manager, events);
  }

  @LiaisonVoided(PERSON_UNLINKED)
  onUnlinkVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    return takeBack(manager, events);
  }

  private async hear(manager: EntityManager, events: readonly Said[], says: Says): Promise<void> {
    // In one order, so that two batches do not wait for each other's links.
    const inTurn = [...events].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const event of inTurn) await this.store(manager, event, says);
    await this.orders.carryOutLate(manager, events);
  }

  private async store(manager: EntityManager, event: Said, says: Says): Promise<void> {
    const { sender, envelope, data, provenance, receivedAt, keepUntil } = event;
    const references = pairOf(data);
    const found = references && (await this.find(manager, sender, references));
    // One word for all of it: whoever asks learns neither which is missing nor who else has it.
    if (!references || !found) {
      throw new AppError(
        'link-unexpected',
        'It names cases about which this agency and its sender do not both exchange, in one unit.',
      );
    }
    const { unit } = found;
    await lockLink(manager, sender, references);
    const link = await findOrOpen(manager, receivedAt, {
      unit,
      agency: sender,
      firstReference: references.first,
      secondReference: references.second,
      firstCase: found.first,
      secondCase: found.second,
    });
    const opened = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit,
      newId: uuidv7,
      factsOf: () => ({}),
    });
    await manager.query(STORE, [
      uuidv7(),
      link.id,
      unit,
      data.round ?? 1,
      says,
      receivedAt,
      opened.get(`${sender}/${envelope.subject}`),
      envelope.purpose ?? '',
      sender,
      envelope.id,
      provenance.convention,
      keepUntil ?? null,
    ]);
  }

  /** Both by the sender's own references, so that nobody links cases of another's. */
  private async find(manager: EntityManager, sender: string, { first, second }: TwoReferences) {
    const known = async (reference: string) =>
      (await deliveredCase(manager, this.register, sender, reference)) ??
      (await caseOfExchange(manager, this.sources, { sender, reference }));
    const [one, other] = [await known(first), await known(second)];
    if (!one || !other || one.id === other.id || one.unit !== other.unit) return undefined;
    return { unit: one.unit, first: one.id, second: other.id };
  }
}

function pairOf({ cases }: Said['data']): TwoReferences | undefined {
  return cases && inOrder(cases.first, cases.second);
}

const keyOf = ({ sender, data }: Said): string => {
  const { first = '', second = '' } = pairOf(data) ?? {};
  return `${sender} ${first} ${second}`;
};

/** Taken back by its sender: that there was one stays, and it counts no longer. */
async function takeBack(manager: EntityManager, events: readonly VoidedEvent[]): Promise<void> {
  await manager.query(
    `UPDATE link.said s SET stands = false
       FROM unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
      WHERE s.sender = w.sender AND s.event_id = w.event_id AND s.stands`,
    [events.map(({ sender }) => sender), events.map(({ eventId }) => eventId)],
  );
}

const STORE = `
INSERT INTO link.said
  (id, link_id, unit, round, says, at, delivery, purpose, sender, event_id, convention, keep_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
