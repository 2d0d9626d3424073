import { AgencyPolicy, DIRECTORY } from '@liaison/casework';
import { PLACE_DECLARED } from '@liaison/contracts';
import type { Agency, Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BedDeclarations } from '../beds/bed-declarations';
import { OfferRow } from '../placement-offer/placement-offer.entity';
import { PlaceRow } from './place.entity';
import { declarationOf } from './stored-place';

/** Places for children, and the offers for them. */
export const CHILDREN_BEDS = { places: PlaceRow, offers: OfferRow };

/** What is said of a place to whoever places children. */
@Injectable()
export class PlaceDeclarations extends BedDeclarations<PlaceRow, OfferRow> {
  readonly book = CHILDREN_BEDS;
  protected readonly type = PLACE_DECLARED;
  readonly facts = {};

  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    policy: AgencyPolicy,
    outbox: Outbox,
  ) {
    super(policy, outbox);
  }

  protected documentOf(row: PlaceRow, free: number, at: Date): object {
    return declarationOf(row, free, at);
  }

  /** A child is placed far from where it was exploited: every département may ask. */
  protected recipients(): readonly Agency[] {
    return this.directory.agencies().filter(({ kind }) => kind === 'ase');
  }
}
