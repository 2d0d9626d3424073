import { Acts, CLOCK } from '@liaison/casework';
import { AdultPlaceDeclaredV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { requireDeclarableAdultPlace } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { ProposalRow } from '../adult-proposal/adult-proposal.entity';
import type { PlaceAddress } from '../beds/beds.entity';
import { type ChangeOfPlace, DeclareBeds, requireKnownCodes } from '../beds/declare-beds';
import { AdultPlaceDeclarations } from './adult-place-declarations';
import type { AdultPlaceRow } from './adult-place.entity';

/** What a shelter says of a place for adults to this service. */
export interface AdultPlaceSaid {
  readonly label: string;
  readonly departement: string;
  readonly address: PlaceAddress;
  readonly sexes: AdultPlaceDeclaredV1['sexes'];
  readonly languages: string[];
  readonly capacity: number;
  readonly emergency: boolean;
  readonly takesFromPolice: boolean;
}

/** Places for adults: the coordination is told what they are like. */
@Injectable()
export class DeclareAdultPlaceHandler extends DeclareBeds<AdultPlaceRow, ProposalRow> {
  constructor(@Inject(CLOCK) clock: Clock, acts: Acts, declarations: AdultPlaceDeclarations) {
    super(clock, acts, declarations);
  }

  /** @throws AppError `emergency-place-elsewhere`, `emergency-places-too-many` (measure 8), `invalid-request`, or what `runOnce` throws */
  declare(identity: Identity, said: AdultPlaceSaid, idempotencyKey: string) {
    requireSayable(said);
    const asked = { route: 'POST /v1/adult-places', request: { said }, idempotencyKey };
    return this.first(identity, asked, columnsOf(said));
  }

  /**
   * The whole of it anew. Fewer beds than are taken put nobody out.
   * @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `declare` throws
   */
  change(identity: Identity, said: AdultPlaceSaid, { idempotencyKey, ...of }: ChangeOfPlace) {
    requireSayable(said);
    const asked = { route: 'PUT /v1/adult-places/:id', request: { id: of.id, said }, idempotencyKey };
    return this.again(identity, asked, of, columnsOf(said));
  }

  /** @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `runOnce` throws */
  close(identity: Identity, { idempotencyKey, ...of }: ChangeOfPlace) {
    const asked = { route: 'POST /v1/adult-places/:id/close', request: { id: of.id }, idempotencyKey };
    return this.again(identity, asked, of);
  }
}

/** @throws AppError `emergency-place-elsewhere`, `emergency-places-too-many`, `invalid-request` */
function requireSayable(said: AdultPlaceSaid): void {
  requireDeclarableAdultPlace(said);
  requireKnownCodes(AdultPlaceDeclaredV1, said);
}

const columnsOf = ({ address, ...said }: AdultPlaceSaid) => {
  const { label, departement, sexes, languages, capacity, emergency, takesFromPolice } = said;
  return {
    ...{ label, departement, sexes, languages, capacity, emergency, takesFromPolice },
    address: { ...address },
  };
};
