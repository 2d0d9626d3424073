import type { Provider, Type } from '@nestjs/common';
import { AnswerClaimHandler } from './answer-claim.handler';
import { ClaimCompetenceHandler } from './claim-competence.handler';
import { ComingOfAgeSweep } from './coming-of-age.sweep';
import { CompetenceClaimController } from './competence-claim.controller';
import { CompetenceConflictController } from './competence.controller';
import { ClaimProjection, ConflictIntake, ConflictProjection } from './competence.projections';
import { CompetenceReader } from './competence.reader';
import { HandOverHandler } from './hand-over.handler';
import { MoveConflictHandler } from './move-conflict.handler';
import { CompetenceMetrics } from './observe-competence';
import { Settling } from './settling';
import { ShelterController } from './shelter.controller';
import { ShelterHandler } from './shelter.handler';

/** What the service has of competence and provisional shelter. */
export const COMPETENCE: {
  readonly controllers: readonly Type<object>[];
  readonly providers: readonly Provider[];
} = {
  controllers: [
    CompetenceConflictController,
    CompetenceClaimController,
    ShelterController,
    ConflictProjection,
    ClaimProjection,
  ],
  providers: [
    ClaimCompetenceHandler,
    MoveConflictHandler,
    HandOverHandler,
    AnswerClaimHandler,
    ShelterHandler,
    CompetenceReader,
    Settling,
    ConflictIntake,
    ComingOfAgeSweep,
    CompetenceMetrics,
  ],
};
