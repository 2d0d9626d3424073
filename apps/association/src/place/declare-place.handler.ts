import { Acts, CLOCK } from '@liaison/casework';
import { PlaceDeclaredV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { type Lodging, requireDeclarable } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { PlaceAddress } from '../beds/beds.entity';
import { type ChangeOfPlace, DeclareBeds, requireKnownCodes } from '../beds/declare-beds';
import type { OfferRow } from '../placement-offer/placement-offer.entity';
import { PlaceDeclarations } from './place-declarations';
import type { PlaceRow } from './place.entity';

/** What a shelter says of a place to this service. */
export interface PlaceSaid {
  readonly label: string;
  readonly lodging: Lodging;
  readonly departement: string;
  readonly address: PlaceAddress;
  readonly ages: { readonly from: number; readonly to: number };
  readonly sexes: PlaceDeclaredV1['sexes'];
  readonly languages: string[];
  readonly trainedStaff: boolean;
  readonly secure: boolean;
  readonly schooling: PlaceDeclaredV1['schooling'];
  readonly capacity: number;
}

/** Places for children: every ASE is told what they are like. */
@Injectable()
export class DeclarePlaceHandler extends DeclareBeds<PlaceRow, OfferRow> {
  constructor(@Inject(CLOCK) clock: Clock, acts: Acts, declarations: PlaceDeclarations) {
    super(clock, acts, declarations);
  }

  /** @throws AppError `hotel-refused` (R24), `ages-reversed`, `invalid-request`, or what `runOnce` throws */
  declare(identity: Identity, said: PlaceSaid, idempotencyKey: string) {
    requireSayable(said);
    const asked = { route: 'POST /v1/places', request: { said }, idempotencyKey };
    return this.first(identity, asked, columnsOf(said));
  }

  /**
   * The whole of it anew. Fewer beds than are taken put nobody out.
   * @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `declare` throws
   */
  change(identity: Identity, said: PlaceSaid, { idempotencyKey, ...of }: ChangeOfPlace) {
    requireSayable(said);
    const asked = { route: 'PUT /v1/places/:id', request: { id: of.id, said }, idempotencyKey };
    return this.again(identity, asked, of, columnsOf(said));
  }

  /** @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `runOnce` throws */
  close(identity: Identity, { idempotencyKey, ...of }: ChangeOfPlace) {
    const asked = { route: 'POST /v1/places/:id/close', request: { id: of.id }, idempotencyKey };
    return this.again(identity, asked, of);
  }
}

/** @throws AppError `hotel-refused`, `ages-reversed`, `invalid-request` */
function requireSayable(said: PlaceSaid): void {
  requireDeclarable(said);
  requireKnownCodes(PlaceDeclaredV1, said);
}

function columnsOf({ ages, lodging, ...said }: PlaceSaid) {
  const { label, departement, address, sexes, languages, trainedStaff, secure, schooling, capacity } = said;
  return {
    ...{ label, departement, sexes, languages, trainedStaff, secure, schooling, capacity },
    address: { ...address },
    // `requireDeclarable` has refused the one lodging that cannot be declared.
    lodging: lodging as PlaceRow['lodging'],
    agesFrom: ages.from,
    agesTo: ages.to,
  };
}
