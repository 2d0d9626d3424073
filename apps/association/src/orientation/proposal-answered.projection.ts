import { CLOCK } from '@liaison/casework';
import { type OfferAnswer, PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { decideOrientation, liveProposal, type PlaceDecline } from '@liaison/placement';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { randomUUID } from 'node:crypto';
import { OrientationRow, ProposalRow } from './orientation.entity';
import { OrientationTelling } from './orientation-telling';
import { lockOrientation, storeOrientation } from './stored-orientation';

const REASONS: Readonly<Record<string, PlaceDecline>> = {
  refused: 'full',
  lapsed: 'no-answer',
  'place-unfit': 'needs-not-met',
  'no-staff': 'no-staff',
  'place-unsafe': 'network-near',
  closing: 'closed',
};

/** What shelters answer to proposals of the coordination. */
@Controller()
export class ProposalAnsweredProjection {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly telling: OrientationTelling,
  ) {}

  /** @throws AppError `answer-incomplete`, `proposal-unknown`: the event is parked */
  @LiaisonEvent(PLACEMENT_ANSWERED)
  async onAnswered(
    @Payload() events: ReceivedEvent<Partial<PlacementAnsweredV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data } of events) {
      const { answer, reason } = data;
      if (answer === undefined) {
        throw new AppError('answer-incomplete', 'The convention holds back what the shelter has answered.');
      }
      // By the sender's own reference, so that nobody answers in another's place.
      const proposal = await manager.findOneBy(ProposalRow, { shelter: sender, reference: envelope.subject });
      const row = proposal && (await manager.findOneBy(OrientationRow, { id: proposal.requestId }));
      if (!row) throw new AppError('proposal-unknown', 'It answers what this agency has not proposed.');
      const stored = await lockOrientation(manager, row);
      const live = liveProposal(stored.orientation);
      // A bed is kept; or the answer crossed a withdrawal, and the shelter frees it when that comes.
      if (answer === 'held' || live?.id !== proposal.id || stored.orientation.state === 'supported') continue;
      const { id } = proposal;
      const event = decideOrientation(
        stored.orientation,
        answer === 'accepted'
          ? { type: 'place-accepts', id }
          : { type: 'place-declines', id, reason: declineOf(answer, reason) },
      );
      const at = this.clock.now();
      const next = await storeOrientation(manager, stored, event, { at });
      const { unit } = row;
      const saying = { unit, correlationId: randomUUID(), decidedAt: at };
      await this.telling.changed(manager, stored.row, { before: stored.orientation, next, event }, saying);
    }
  }
}

const declineOf = (
  answer: Exclude<OfferAnswer, 'held' | 'accepted'>,
  reason: PlacementAnsweredV1['reason'],
): PlaceDecline => REASONS[reason ?? answer] ?? 'other';
