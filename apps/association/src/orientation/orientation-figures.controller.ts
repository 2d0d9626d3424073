import { CLOCK, legalDay, ORIENTATION_PURPOSE } from '@liaison/casework';
import { ORIENTATION_REQUESTED } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { type CountedOrientation, countOrientations, releasedFigures } from '@liaison/placement';
import {
  AllowRoles,
  ApiProblems,
  type AskedFields,
  AsksBy,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource, EntityManager } from 'typeorm';
import { CASEWORKERS } from '../roles';
import { OrientationFiguresView, YearQuery } from './orientation-figures.dto';
import { ReleasedOrientationsRow } from './orientation.entity';

/** What the figures rest on, whoever they are for. */
const COUNTED: AskedFields = {
  of: ORIENTATION_REQUESTED,
  purpose: ORIENTATION_PURPOSE,
  filters: { year: ['requestedAt'] },
  counts: ['commune', 'nationality', 'needs.ageBand', 'requestedAt'],
};

/** Requests for orientation, as report S2 (4.1.1) counts them, from the coordination's own records. */
@ApiTags('statistics')
@ErrorStatus({ 'year-not-over': 422 })
@Controller('v1/statistics/orientations')
export class OrientationFiguresController {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @AllowRoles(...CASEWORKERS)
  @AsksBy(COUNTED)
  @ApiOperation({ summary: 'Requests of a year, exact, for the coordination itself' })
  @ApiOkResponse({ description: 'The figures', type: OrientationFiguresView })
  @ApiProblems({ 400: ['invalid-request'] })
  exact(
    @CurrentIdentity() identity: Identity,
    @Query() { year }: YearQuery,
  ): Promise<OrientationFiguresView> {
    return serveTransaction(this.database, identity, (manager) => exactFigures(manager, identity, year));
  }

  @Get('released')
  @AllowRoles('supervisor')
  @AsksBy(COUNTED)
  @ApiOperation({
    summary: 'The same for anybody else: small counts hidden, of a year that is over, once and for all',
  })
  @ApiOkResponse({ description: 'The figures', type: OrientationFiguresView })
  @ApiProblems({ 400: ['invalid-request'], 422: ['year-not-over'] })
  released(
    @CurrentIdentity() identity: Identity,
    @Query() { year }: YearQuery,
  ): Promise<OrientationFiguresView> {
    const at = this.clock.now();
    if (year >= Number(legalDay(at, undefined).slice(0, 4))) {
      throw new AppError(
        'year-not-over',
        'Only years that are over are released: what is added later would show.',
      );
    }
    return serveTransaction(this.database, identity, async (manager) => {
      const figures = releasedFigures(await exactFigures(manager, identity, year));
      await manager
        .createQueryBuilder()
        .insert()
        .into(ReleasedOrientationsRow)
        .values({ year, figures, releasedAt: at })
        .orIgnore()
        .execute();
      return (await manager.findOneByOrFail(ReleasedOrientationsRow, { year })).figures;
    });
  }
}

async function exactFigures(
  manager: EntityManager,
  { unit }: Identity,
  year: number,
): Promise<OrientationFiguresView> {
  const rows = await manager.query<CountedOrientation[]>(COUNTED_ROWS, [unit, year]);
  return countOrientations(rows);
}

/** Whoever was proposed to a place has an age and a nationality; of what was destroyed neither is left. */
const COUNTED_ROWS = `
SELECT coalesce(r.commune, '') AS commune, r.from_partner AS "fromPartner", coalesce(r.age, 0) AS age,
       coalesce(r.nationality, '') AS nationality, r.outcome,
       r.age IS NOT NULL AND EXISTS (SELECT FROM orientation.proposal p WHERE p.request_id = r.id) AS proposed
  FROM orientation.request r
 WHERE r.unit = $1 AND date_part('year', r.received_at AT TIME ZONE 'Europe/Paris') = $2`;
