import { ApiProblems, invalidRequest } from '@liaison/platform';
import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { searchReference } from './reference-search';
import { ReferenceItems, ReferencePath, ReferenceQueryParams } from './reference.dto';

/** Codes that exist, for forms. Nothing about anybody. */
@ApiTags('reference')
@Controller('v1/reference')
export class ReferenceController {
  @Get(':list')
  @Header('Cache-Control', 'private, max-age=86400')
  @ApiOperation({ summary: 'Départements, communes, countries, nationalities or languages, by code or name' })
  @ApiOkResponse({ type: ReferenceItems })
  @ApiProblems({ 400: ['invalid-request'] })
  async search(
    @Param() { list }: ReferencePath,
    @Query() { q = '', departement, limit }: ReferenceQueryParams,
  ): Promise<ReferenceItems> {
    if (departement !== undefined && list !== 'communes') {
      throw invalidRequest([{ pointer: '/departement', detail: 'belongs to a search for communes' }]);
    }
    return { items: await searchReference(list, { text: q, departement, limit }) };
  }
}
