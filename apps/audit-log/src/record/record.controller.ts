import { AppError } from '@liaison/kernel';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  ErrorStatus,
  type Identity,
  pageOf,
  UuidParam,
} from '@liaison/platform';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { And, type FindOptionsWhere, LessThan, MoreThanOrEqual } from 'typeorm';
import { itemOf, viewOf } from './record-item';
import { RecordPage, RecordView, SearchRecordsQuery } from './record.dto';
import { StoredRecord } from './record.entity';
import { isRecordPosition } from './record-position';
import { SearchTrail } from './search-trail';

/** What agencies recorded of themselves. */
@ApiTags('records')
@AllowRoles('operator')
@ErrorStatus({ 'record-not-found': 404 })
@Controller('v1/records')
export class RecordController {
  constructor(private readonly trail: SearchTrail) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Records by agency, reference, kind, time: the last appended first; the search is recorded',
  })
  @ApiOkResponse({ description: 'A page', type: RecordPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async search(
    @CurrentIdentity() identity: Identity,
    @Query() query: SearchRecordsQuery,
  ): Promise<RecordPage> {
    const { limit, cursor, ...filters } = query;
    const before = cursor === undefined ? undefined : decodeCursor(cursor, isRecordPosition);
    const rows = await this.trail.recorded(
      identity,
      {
        filters: Object.keys(filters).filter((name) => Reflect.get(filters, name) !== undefined),
        ...filters,
      },
      (manager) =>
        manager.find(StoredRecord, {
          where: whereOf(filters, before),
          order: { position: 'DESC' },
          take: limit + 1,
        }),
    );
    return pageOf(rows, limit, itemOf, ({ position }) => position);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'One record, whole; that it was looked at is recorded' })
  @ApiOkResponse({ description: 'The record', type: RecordView })
  @ApiProblems({ 404: ['record-not-found'] })
  async read(@CurrentIdentity() identity: Identity, @UuidParam('id') id: string): Promise<RecordView> {
    const stored = await this.trail.recorded(identity, { filters: ['id'] }, (manager) =>
      manager.findOneBy(StoredRecord, { recordId: id }),
    );
    if (!stored) throw new AppError('record-not-found', 'The log has no such record.');
    return viewOf(stored);
  }
}

function whereOf(
  { from, to, ...equal }: Omit<SearchRecordsQuery, 'limit' | 'cursor'>,
  before: string | undefined,
): FindOptionsWhere<StoredRecord> {
  const times = [
    ...(from === undefined ? [] : [MoreThanOrEqual(new Date(from))]),
    ...(to === undefined ? [] : [LessThan(new Date(to))]),
  ];
  const named = Object.entries(equal).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(named),
    ...(times.length > 0 && { at: And(...times) }),
    ...(before !== undefined && { position: LessThan(before) }),
  };
}
