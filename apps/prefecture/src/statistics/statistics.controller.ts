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
import { RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import type { DataSource, EntityManager } from 'typeorm';
import { OwnRecords, PURPOSE } from '../own-records';
import {
  type Count,
  COUNTED_GROUNDS,
  type Granted,
  type Line,
  permitTable,
  type PermitYear,
  releasedTable,
  SMALLEST_RELEASED,
} from './permit-table';
import { DECIDERS } from '../roles';
import { ReleasedYear } from './statistics.entity';

const MOST_YEARS = 20;
const YEAR = { type: 'integer', minimum: 2000, maximum: 2099 } as const;
const COUNT = { type: Number, nullable: true };

export class YearsQuery {
  @ApiProperty({ ...YEAR, example: 2011 })
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2099)
  from: number;

  @ApiProperty({ ...YEAR, example: 2013, description: `Included; at most ${MOST_YEARS} years` })
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2099)
  to: number;
}

export class LineView implements Line {
  @ApiProperty({ ...COUNT, example: 32 })
  first: Count;

  @ApiProperty({ ...COUNT, example: 136 })
  renewal: Count;

  @ApiProperty({ ...COUNT, example: 168 })
  total: Count;
}

export class PermitYearView implements PermitYear {
  @ApiProperty({ example: 2011 })
  year: number;

  @ApiProperty({
    type: LineView,
    description: 'Cartes de résident',
    example: { first: 1, renewal: 14, total: 15 },
  })
  resident: LineView;

  @ApiProperty({ type: LineView, description: 'Cartes de séjour temporaire' })
  temporary: LineView;

  @ApiProperty({ type: LineView, example: { first: 33, renewal: 150, total: 183 } })
  total: LineView;
}

export class PermitStatistics {
  @ApiProperty({ type: [PermitYearView] })
  years: readonly PermitYearView[];
}

export class ReleasedPermitStatistics {
  @ApiProperty({
    example: SMALLEST_RELEASED,
    description: 'Counts below it, and sums with such a part, are null',
  })
  smallestReleased: number;

  @ApiProperty({
    type: [PermitYearView],
    example: [
      {
        year: 2011,
        resident: { first: null, renewal: 14, total: null },
        temporary: { first: 32, renewal: 136, total: 168 },
        total: { first: null, renewal: 150, total: null },
      },
    ],
  })
  years: readonly PermitYearView[];
}

/** The table is a count, whoever it is for. */
const COUNTED: AskedFields = {
  of: RESIDENCE_PERMIT_RECORD,
  purpose: PURPOSE,
  filters: { from: ['grantedOn'], to: ['grantedOn'] },
  counts: ['grantedOn', 'ground', 'kind', 'renewal'],
};

/** Permits of victims who cooperate, as report S2 (3.4) counts them, from the préfecture's own records. */
@ApiTags('statistics')
@ErrorStatus({ 'too-many-years': 422, 'years-in-disorder': 422, 'year-not-over': 422 })
@Controller('v1/statistics/permits')
export class StatisticsController {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    private readonly records: OwnRecords,
  ) {}

  @Get()
  @AllowRoles(...DECIDERS)
  @AsksBy(COUNTED)
  @ApiOperation({
    summary: 'Permits granted, by year, kind and application; exact, for the préfecture itself',
  })
  @ApiOkResponse({ description: 'By year', type: PermitStatistics })
  @ApiProblems({ 400: ['invalid-request'], 422: ['too-many-years', 'years-in-disorder'] })
  async exact(@CurrentIdentity() identity: Identity, @Query() query: YearsQuery): Promise<PermitStatistics> {
    requireYears(query);
    const years = await serveTransaction(this.database, identity, (manager) => exactTable(manager, query));
    return { years };
  }

  @Get('released')
  @AllowRoles('supervisor')
  @AsksBy(COUNTED)
  @ApiOperation({
    summary: 'The same for anybody else: small counts hidden, years that are over, once and for all',
  })
  @ApiOkResponse({ description: 'By year', type: ReleasedPermitStatistics })
  @ApiProblems({ 400: ['invalid-request'], 422: ['too-many-years', 'years-in-disorder', 'year-not-over'] })
  async released(
    @CurrentIdentity() identity: Identity,
    @Query() query: YearsQuery,
  ): Promise<ReleasedPermitStatistics> {
    requireYears(query);
    if (query.to >= Number(this.records.today().slice(0, 4))) {
      throw new AppError(
        'year-not-over',
        'Only years that are over are released: what is added later would show.',
      );
    }
    const years = await serveTransaction(this.database, identity, async (manager) => {
      const table = releasedTable(await exactTable(manager, query));
      await manager.query(
        `INSERT INTO prefecture.released_year (year, figures, released_at)
         SELECT *, $3 FROM unnest($1::int[], $2::json[]) ON CONFLICT DO NOTHING`,
        [table.map(({ year }) => year), table.map((year) => JSON.stringify(year)), this.records.now()],
      );
      const stored = await manager
        .createQueryBuilder(ReleasedYear, 'r')
        .where('r.year BETWEEN :from AND :to', query)
        .orderBy('r.year')
        .getMany();
      return stored.map(({ figures }) => figures);
    });
    return { smallestReleased: SMALLEST_RELEASED, years };
  }
}

/** @throws AppError `years-in-disorder`, `too-many-years` */
function requireYears({ from, to }: YearsQuery): void {
  if (to < from) throw new AppError('years-in-disorder', 'The last year is before the first.');
  if (to - from >= MOST_YEARS) throw new AppError('too-many-years', `Ask for ${MOST_YEARS} years at most.`);
}

async function exactTable(manager: EntityManager, { from, to }: YearsQuery): Promise<PermitYear[]> {
  const granted = await manager.query<Granted[]>(GRANTED, [`${from}-01-01`, `${to}-12-31`, COUNTED_GROUNDS]);
  return permitTable(granted, from, to);
}

/** Of the whole agency: a permit counts in the year of its decision, also when it was withdrawn later. */
const GRANTED = 'SELECT * FROM prefecture.permits_granted($1, $2, $3)';
