import { CLOCK, DIRECTORY, MESSAGING, ShareOrders, storeSearchTerms } from '@liaison/casework';
import {
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  type OrientationPersonNamedV1,
  type OrientationProposedV1,
} from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
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
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ADULT_BEDS } from '../adult-place/adult-place-declarations';
import { lockPlace, takes } from '../beds/beds';
import { placeNamed } from '../beds/named-place';
import { NamedPersonRow, ProposalRow } from './adult-proposal.entity';
import { ProposalAnswers } from './proposal-answers';

/** A convention may hold a field back. */
type Proposed = ReceivedEvent<Partial<OrientationProposedV1>>;
type Named = ReceivedEvent<Partial<OrientationPersonNamedV1>>;

/** What the coordination asks of this shelter: a bed is held at once, or it is told at once that there is none; then who comes. */
@Controller()
export class AdultProposalProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly answers: ProposalAnswers,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `place-unknown`, `proposal-incomplete`, `proposal-exists`: the event is parked */
  @LiaisonEvent(ORIENTATION_PROPOSED)
  async onProposed(@Payload() events: Proposed[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await this.receive(manager, event);
    await this.orders.carryOutLate(manager, events);
  }

  private async receive(manager: EntityManager, event: Proposed): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
    const { needs, answerBy } = data;
    if (needs?.children === undefined || answerBy === undefined) {
      throw new AppError('proposal-incomplete', 'The convention holds back what is needed to answer.');
    }
    const place = await placeNamed(manager, ADULT_BEDS, event);
    const { unit } = place;
    const purpose = envelope.purpose ?? '';
    // What this shelter answers is about the same adult, whose consent the coordination keeps.
    const to = this.directory.findAgency(sender)?.kind ?? 'association';
    const cases = await casesOfSenders(manager, [event], {
      epoch: this.messaging.epoch,
      unit,
      newId: uuidv7,
      factsOf: () => ({ adult: true, consents: [{ to, purpose, value: 'given' }] }),
    });
    const caseId = cases.get(`${sender}/${envelope.subject}`) ?? '';
    if (await manager.existsBy(ProposalRow, { caseId })) {
      throw new AppError('proposal-exists', 'There is such a proposal already.');
    }
    const row = manager.create(ProposalRow, {
      id: uuidv7(),
      caseId,
      placeId: place.id,
      ...{ unit, sender, reference: envelope.subject, eventId: envelope.id, receivedAt, purpose },
      convention: provenance.convention,
      content: data,
      withheld: [...withheld],
      beds: 1 + needs.children,
      answerBy: new Date(answerBy),
      ...{ state: 'held', version: 1, answeredAt: null, reason: null },
      keepUntil: keepUntil ?? null,
    });
    const { correlationid: correlationId, id: causationId } = envelope;
    const saying = { unit, correlationId, causationId, decidedAt: this.clock.now() };
    await this.answers.hold(manager, place, row, saying);
  }

  /** Taken back by its sender, whatever it was decided on: as if it had been withdrawn. */
  @LiaisonVoided(ORIENTATION_PROPOSED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const row = await manager.findOneBy(ProposalRow, { sender, eventId });
      const saying = { correlationId: randomUUID(), at: this.clock.now() };
      if (row) await this.answers.takeBack(manager, row, saying);
    }
  }

  /** @throws AppError `proposal-unknown`, `proposal-not-accepted`: the event is parked, for nobody here takes that person in charge */
  @LiaisonEvent(ORIENTATION_PERSON_NAMED)
  async onNamed(@Payload() events: Named[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) await this.name(manager, event);
    await this.orders.carryOutLate(manager, events);
  }

  private async name(manager: EntityManager, event: Named): Promise<void> {
    const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
    const asked = { sender, reference: envelope.subject };
    const found = await manager.findOneBy(ProposalRow, asked);
    const place = found && (await lockPlace(manager, ADULT_BEDS, found.placeId));
    const row = place && (await manager.findOneBy(ProposalRow, asked));
    if (!row) throw new AppError('proposal-unknown', 'It names somebody for whom nobody here was asked.');
    // It crossed what ended the proposal: of somebody who does not come nothing is kept.
    if (!takes(row.state)) return;
    if (row.state === 'held') {
      throw new AppError(
        'proposal-not-accepted',
        'Nobody here has accepted: who comes is not for this shelter.',
      );
    }
    if (await manager.existsBy(NamedPersonRow, { proposalId: row.id })) {
      throw new AppError('person-named', 'Who comes was said already.');
    }
    const { caseId, unit, purpose } = row;
    const id = uuidv7();
    await manager.insert(NamedPersonRow, {
      ...{ id, proposalId: row.id, caseId, unit, sender, eventId: envelope.id, receivedAt, purpose },
      convention: provenance.convention,
      content: data,
      withheld: [...withheld],
      keepUntil: keepUntil ?? null,
    });
    await manager.update(ProposalRow, row.id, { version: row.version + 1 });
    await storeSearchTerms(manager, [{ id, caseId, unit, content: data }]);
  }

  /** Taken back by its sender: who comes is not known here any more. */
  @LiaisonVoided(ORIENTATION_PERSON_NAMED)
  async onNameVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      const named = await manager.findOneBy(NamedPersonRow, { sender, eventId });
      const proposal = named && (await manager.findOneBy(ProposalRow, { id: named.proposalId }));
      if (proposal) await this.answers.unname(manager, proposal);
    }
  }
}
