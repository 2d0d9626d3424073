import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  ANY_FIELD,
  ApiProblems,
  AsksBy,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeskFilter, DeskPage, DeskQuery, FilterPath, SavedFilter, SavedFilters } from './desk.dto';
import { Desk } from './desk';
import { DeskFilters } from './desk-filters';

@ApiTags('desk')
@Controller('v1/desk')
export class DeskController {
  constructor(private readonly desk: Desk) {}

  @Get()
  @ShowsPerson(({ items }: DeskPage) => Number(items.some(({ person }) => person !== null)))
  // Each line comes from a document or a record, and is there for whoever may read what it rests on (`WorkSource.restsOn`).
  @AsksBy({ of: NOTICE_ISSUED, filters: { section: [ANY_FIELD], kind: [ANY_FIELD] }, eachDecides: true })
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'What waits for your unit: new, overdue, due soon, yours, nobody’s; as far as your roles may know',
  })
  @ApiOkResponse({ description: 'A page, with the counts of each section', type: DeskPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  read(@CurrentIdentity() identity: Identity, @Query() query: DeskQuery): Promise<DeskPage> {
    return this.desk.read(identity, query);
  }
}

/** What somebody keeps for their own desk. */
@ApiTags('desk')
@ErrorStatus({ 'filter-not-found': 404, 'filters-full': 409 })
@Controller('v1/desk/filters')
export class DeskFilterController {
  constructor(private readonly filters: DeskFilters) {}

  @Get()
  @ApiOperation({ summary: 'Filters that you keep; nobody else sees them' })
  @ApiOkResponse({ description: 'All of them', type: SavedFilters })
  async list(@CurrentIdentity() identity: Identity): Promise<SavedFilters> {
    return { items: await this.filters.list(identity) };
  }

  @Put(':name')
  @ApiOperation({ summary: 'Keep a filter under a name, or replace it' })
  @ApiOkResponse({ description: 'As it is kept', type: SavedFilter })
  @ApiProblems({ 400: ['invalid-request'], 409: ['filters-full'] })
  save(
    @CurrentIdentity() identity: Identity,
    @Param() { name }: FilterPath,
    @Body() filter: DeskFilter,
  ): Promise<SavedFilter> {
    return this.filters.save(identity, { name, filter });
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a filter' })
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiProblems({ 400: ['invalid-request'], 404: ['filter-not-found'] })
  async remove(@CurrentIdentity() identity: Identity, @Param() { name }: FilterPath): Promise<void> {
    await this.filters.remove(identity, name);
  }
}
