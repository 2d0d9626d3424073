import { ApiProblems, CurrentIdentity, ErrorStatus, type Identity, ShowsPerson } from '@liaison/platform';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import { CaseTimeline, TimelineQuery } from './timeline.dto';
import { Timeline } from './timeline';

@ApiTags('cases')
@ErrorStatus({ 'case-not-found': 404 })
@Controller('v1/cases/:id/timeline')
export class TimelineController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'What this agency knows of a case, from whom, since when, on what ground, what is withheld and what is due; the reading is recorded',
  })
  @ApiOkResponse({ description: 'A page', type: CaseTimeline })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'], 404: ['case-not-found'] })
  read(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @Query() query: TimelineQuery,
  ): Promise<CaseTimeline> {
    return this.timeline.read(identity, id, query);
  }
}
