import { CLOCK } from '@liaison/casework';
import { PLACEMENT_WITHDRAWN, type PlacementWithdrawnV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ProposalRow } from '../adult-proposal/adult-proposal.entity';
import { ProposalAnswers } from '../adult-proposal/proposal-answers';
import { OR_LEFT } from './bed-answers';
import { OfferAnswers } from '../placement-offer/offer-answers';
import { OfferRow } from '../placement-offer/placement-offer.entity';

/** Whoever asked for beds, for children or for an adult, asks no longer. */
@Controller()
export class BedWithdrawnProjection {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly offers: OfferAnswers,
    private readonly proposals: ProposalAnswers,
  ) {}

  /**
   * An adult who is there already stays: a withdrawal that comes too late puts nobody out. What it withdraws may never have left: an offer
   * that waited until midnight of the eighteenth birthday does not (R17), nor a proposal whose consent ended first (R11). Nothing earlier in
   * its case can come any more, so that its end concerns nobody here.
   */
  @LiaisonEvent(PLACEMENT_WITHDRAWN)
  async onWithdrawn(
    @Payload() events: ReceivedEvent<PlacementWithdrawnV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope } of events) {
      const asked = { sender, reference: envelope.subject };
      const saying = { correlationId: envelope.correlationid, at: this.clock.now() };
      const offer = await manager.findOneBy(OfferRow, asked);
      if (offer) {
        // Of children who are there it says that they have left.
        await this.offers.takeBack(manager, offer, saying, OR_LEFT);
        continue;
      }
      const proposal = await manager.findOneBy(ProposalRow, asked);
      if (proposal) await this.proposals.takeBack(manager, proposal, saying);
    }
  }
}
