import { ConsentEnded } from './consent-ended';
import { CoordinateHandler } from './coordinate.handler';
import { NetworkPlaceProjection } from './network-place.projection';
import { OrientationFiguresController } from './orientation-figures.controller';
import { OrientationMetrics } from './observe-orientation';
import { OrientationTelling } from './orientation-telling';
import { NetworkPlaceController, OrientationController } from './orientation.controller';
import { OrientationReader } from './orientation.reader';
import { OrientationRequestedProjection } from './orientation-requested.projection';
import { Proposing } from './proposing';
import { ProposalAnsweredProjection } from './proposal-answered.projection';

/** What makes an association the coordination of the network (Ac.Sé); which one it is, the directory says. */
export const COORDINATION = {
  controllers: [
    OrientationController,
    NetworkPlaceController,
    OrientationFiguresController,
    OrientationRequestedProjection,
    ProposalAnsweredProjection,
    NetworkPlaceProjection,
  ],
  providers: [
    OrientationReader,
    CoordinateHandler,
    OrientationTelling,
    Proposing,
    ConsentEnded,
    OrientationMetrics,
  ],
};
