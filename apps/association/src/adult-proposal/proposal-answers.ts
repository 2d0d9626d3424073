import { DIRECTORY, forgetSearchTerms } from '@liaison/casework';
import type { Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AdultPlaceDeclarations } from '../adult-place/adult-place-declarations';
import type { AdultPlaceRow } from '../adult-place/adult-place.entity';
import { BedAnswers } from '../beds/bed-answers';
import type { BedState } from '../beds/beds.entity';
import { NamedPersonRow, type ProposalRow } from './adult-proposal.entity';

/** What becomes of a proposal. Of whoever gets no bed in the end nothing stays; of whoever lived there, what the convention lets stay. */
@Injectable()
export class ProposalAnswers extends BedAnswers<AdultPlaceRow, ProposalRow> {
  constructor(@Inject(DIRECTORY) directory: Directory, outbox: Outbox, declarations: AdultPlaceDeclarations) {
    super(directory, outbox, declarations);
  }

  protected override forgets(state: BedState): boolean {
    return state !== 'left' && super.forgets(state);
  }

  protected override forget(manager: EntityManager, proposal: ProposalRow): Promise<void> {
    return this.unname(manager, proposal);
  }

  /** Nothing of who comes stays, nor what search finds them by. */
  async unname(manager: EntityManager, { id: proposalId }: ProposalRow): Promise<void> {
    const named = await manager.findOneBy(NamedPersonRow, { proposalId });
    if (!named) return;
    await forgetSearchTerms(manager, [named.id]);
    await manager.delete(NamedPersonRow, named.id);
  }
}
