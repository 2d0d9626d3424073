import type { Role } from '@liaison/platform';
import type { Provider, Type } from '@nestjs/common';
import { openTo } from '../open-to';
import type { TimelineSource } from '../timeline/timeline';
import { AskOrientationHandler } from './ask-orientation.handler';
import { OrientationAnsweredProjection } from './orientation-answered.projection';
import { AskedOrientationController } from './orientation-asked.controller';
import { AskedOrientationReader } from './orientation-asked.reader';

/** Of a service whose people ask for places for adults. */
export const asksForOrientation = ({
  authors,
}: {
  readonly authors: readonly [Role, ...Role[]];
}): { readonly controllers: readonly Type<object>[]; readonly providers: readonly Provider[] } => ({
  controllers: [openTo(authors, AskedOrientationController), OrientationAnsweredProjection],
  providers: [AskedOrientationReader, AskOrientationHandler],
});

/** That a request was sent about a case: see `EXCHANGE_SOURCES`. */
export const ASKED_ORIENTATION_EXCHANGES: readonly string[] = [
  'SELECT a.id, a.origin_case, a.unit, NULL::text FROM orientation.asked a WHERE a.origin_case IS NOT NULL',
];

/** On the case that a request follows from; nothing of what it says. */
export const ASKED_ORIENTATION_TIMELINE: readonly TimelineSource[] = [
  `SELECT a.asked_at, 'orientation-requested', a.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', a.author, 'coordination', a.coordination), NULL::uuid
     FROM orientation.asked a WHERE a.origin_case = $1 AND a.unit = $2`,
  `SELECT a.answered_at, 'orientation-answered', a.id::text, a.coordination, NULL::int,
          jsonb_build_object('step', a.step, 'outcome', a.outcome), NULL::uuid
     FROM orientation.asked a WHERE a.origin_case = $1 AND a.unit = $2 AND a.answered_at IS NOT NULL`,
];
