import { AgencyPolicy, DIRECTORY, ORIENTATION_CONTACT } from '@liaison/casework';
import { ADULT_PLACE_DECLARED, type AdultPlaceDeclaredV1 } from '@liaison/contracts';
import type { Agency, Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { ProposalRow } from '../adult-proposal/adult-proposal.entity';
import { BedDeclarations } from '../beds/bed-declarations';
import { AdultPlaceRow } from './adult-place.entity';

/** Places for adults, and the proposals of the coordination for them. */
export const ADULT_BEDS = { places: AdultPlaceRow, offers: ProposalRow };

/** What is said of a place to the coordination: neither what the shelter calls it nor where it is. */
@Injectable()
export class AdultPlaceDeclarations extends BedDeclarations<AdultPlaceRow, ProposalRow> {
  readonly book = ADULT_BEDS;
  protected readonly type = ADULT_PLACE_DECLARED;

  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    policy: AgencyPolicy,
    outbox: Outbox,
  ) {
    super(policy, outbox);
  }

  /** It is about nobody: whom the coordination learns of later has nothing to do with it. */
  get facts(): Readonly<Record<string, unknown>> {
    return { namedContact: this.recipients().map(({ id }) => id) };
  }

  protected documentOf(row: AdultPlaceRow, free: number, at: Date): AdultPlaceDeclaredV1 {
    const { open, departement, sexes, languages, emergency, takesFromPolice } = row;
    return {
      ...{ open, departement, free: open ? free : 0, sexes: [...sexes], languages: [...languages] },
      ...{ emergency, takesFromPolice, declaredAt: at.toISOString() },
    };
  }

  protected recipients(): readonly Agency[] {
    return this.directory
      .agencies()
      .filter(({ contactPoints }) => contactPoints.some(({ purpose }) => purpose === ORIENTATION_CONTACT));
  }
}
