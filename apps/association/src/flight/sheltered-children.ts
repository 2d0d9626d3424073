import { DIRECTORY, factsOfCase, type FlightSubject, FlightSubjects } from '@liaison/casework';
import { AppError, type Directory } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { PlaceRow } from '../place/place.entity';
import { OfferRow } from '../placement-offer/placement-offer.entity';

/** A shelter knows a child by the offer that it accepted: who the child is, whoever works there says with the report. */
@Injectable()
export class ShelteredChildren extends FlightSubjects {
  constructor(@Inject(DIRECTORY) private readonly directory: Directory) {
    super();
  }

  async get(manager: EntityManager, { unit }: Identity, offer: string): Promise<FlightSubject> {
    const row = await manager.findOneBy(OfferRow, { id: offer, unit, state: In(['accepted', 'admitted']) });
    if (!row) throw new AppError('offer-not-found', 'Your unit has accepted no such offer, or it is over.');
    return this.childOf(manager, row);
  }

  async find(manager: EntityManager, offer: string): Promise<FlightSubject | undefined> {
    const row = await manager.findOneBy(OfferRow, { id: offer });
    return row ? this.childOf(manager, row) : undefined;
  }

  /** Whoever follows a child knows it by the referral that it made. */
  async receivedOn(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly caseId: string | null; readonly unit: string } | undefined> {
    const [made] = await manager.query<{ id: string; unit: string }[]>(
      'SELECT id, unit FROM referral.made WHERE id = $1',
      [delivered],
    );
    return made && { caseId: made.id, unit: made.unit };
  }

  private async childOf(manager: EntityManager, row: OfferRow): Promise<FlightSubject> {
    const place = await manager.findOneBy(PlaceRow, { id: row.placeId });
    const { protectedIdentity, protectedAddress } = await factsOfCase(manager, row.caseId);
    const placedBy = this.directory.findAgency(row.sender);
    return {
      deliveryCase: row.caseId,
      caseId: null,
      unit: row.unit,
      facts: {
        ...(protectedIdentity !== undefined && { protectedIdentity }),
        ...(protectedAddress !== undefined && { protectedAddress }),
      },
      tell: placedBy ? [{ agency: placedBy, duty: 'child-protection' }] : [],
      secrets: place ? [place.address.line, place.label] : [],
    };
  }
}
