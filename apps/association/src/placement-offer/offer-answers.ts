import { DIRECTORY } from '@liaison/casework';
import type { Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BedAnswers } from '../beds/bed-answers';
import { PlaceDeclarations } from '../place/place-declarations';
import type { PlaceRow } from '../place/place.entity';
import type { OfferRow } from './placement-offer.entity';

/** What becomes of an offer. What the children need stays only while they have a bed. */
@Injectable()
export class OfferAnswers extends BedAnswers<PlaceRow, OfferRow> {
  constructor(@Inject(DIRECTORY) directory: Directory, outbox: Outbox, declarations: PlaceDeclarations) {
    super(directory, outbox, declarations);
  }
}
