import { AdultPlaceDeclarations } from '../adult-place/adult-place-declarations';
import { AdultPlaceController } from '../adult-place/adult-place.controller';
import { AdultPlaceReader } from '../adult-place/adult-place.reader';
import { DeclareAdultPlaceHandler } from '../adult-place/declare-adult-place.handler';
import { AdultProposalController } from './adult-proposal.controller';
import { AdultProposalProjection } from './adult-proposal.projection';
import { ProposalReader } from './adult-proposal.reader';
import { AnswerProposalHandler } from './answer-proposal.handler';
import { ProposalAnswers } from './proposal-answers';
import { ProposalConsentEnded } from './proposal-consent-ended';

/** What a shelter of the network (Ac.Sé) does for adults. */
export const ADULT_SHELTER = {
  controllers: [AdultPlaceController, AdultProposalController, AdultProposalProjection],
  providers: [
    AdultPlaceDeclarations,
    AdultPlaceReader,
    DeclareAdultPlaceHandler,
    ProposalAnswers,
    ProposalReader,
    AnswerProposalHandler,
    ProposalConsentEnded,
  ],
};
