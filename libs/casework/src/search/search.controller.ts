import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  ApiProblems,
  AsksBy,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  ShowsPerson,
} from '@liaison/platform';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SearchPage, SearchQuery } from './search.dto';
import { Search } from './search';
import { SEARCHED_PATHS } from './search-terms';

@ApiTags('search')
@ErrorStatus({ 'search-too-short': 400 })
@Controller('v1/search')
export class SearchController {
  constructor(private readonly search: Search) {}

  @Get()
  @ShowsPerson()
  @AsksBy({ of: NOTICE_ISSUED, filters: { q: SEARCHED_PATHS }, eachDecides: true })
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Cases of your unit by who they are about, as far as your roles may read; the search is recorded',
  })
  @ApiOkResponse({ description: 'A page', type: SearchPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid', 'search-too-short'] })
  find(@CurrentIdentity() identity: Identity, @Query() query: SearchQuery): Promise<SearchPage> {
    return this.search.find(identity, query);
  }
}
