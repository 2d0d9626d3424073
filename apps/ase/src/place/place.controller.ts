import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  type Identity,
  isIdPosition,
  pageOf,
  PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { CASEWORKERS } from '../roles';
import { type PlaceItem, PlacePage } from './place.dto';
import { PlaceRow } from './place.entity';

/** What shelters everywhere have told of their places. */
@ApiTags('places')
@AllowRoles(...CASEWORKERS)
@Controller('v1/places')
export class PlaceController {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  @Get()
  @ApiOperation({ summary: 'Places that shelters have declared and that are open, the newest first' })
  @ApiOkResponse({ description: 'A page', type: PlacePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<PlacePage> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const rows = await serveTransaction(this.database, identity, (manager) => {
      const asked = manager
        .createQueryBuilder(PlaceRow, 'p')
        .where('p.open')
        .orderBy('p.id', 'DESC')
        .take(query.limit + 1);
      if (after) asked.andWhere('p.id < :after', { after });
      return asked.getMany();
    });
    return pageOf(rows, query.limit, itemOf, ({ id }) => id);
  }
}

const itemOf = (row: PlaceRow): PlaceItem => ({
  id: row.id,
  agency: row.shelter,
  declaredAt: row.declaredAt.toISOString(),
  lodging: row.lodging,
  departement: row.departement,
  free: row.free,
  ages: { from: row.agesFrom, to: row.agesTo },
  sexes: row.sexes,
  languages: row.languages,
  trainedStaff: row.trainedStaff,
  secure: row.secure,
  schooling: row.schooling,
});
