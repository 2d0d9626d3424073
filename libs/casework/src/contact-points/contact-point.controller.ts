import type { Directory } from '@liaison/kernel';
import { ApiProblems } from '@liaison/platform';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DIRECTORY } from '../agency/tokens';
import { type ContactPointItem, ContactPointList, ContactPointQueryParams } from './contact-point.dto';

/** Whom to turn to in another agency, as the directory names them (S1 III: nobody knew whom to turn to). */
@ApiTags('contact-points')
@Controller('v1/contact-points')
export class ContactPointController {
  constructor(@Inject(DIRECTORY) private readonly directory: Directory) {}

  @Get()
  @Header('Cache-Control', 'private, max-age=3600')
  @ApiOperation({ summary: 'Contact points of all agencies, by purpose, kind and département' })
  @ApiOkResponse({ type: ContactPointList })
  @ApiProblems({ 400: ['invalid-request'] })
  list(@Query() { purpose, kind, departement }: ContactPointQueryParams): ContactPointList {
    const items = this.directory
      .agencies()
      .filter((agency) => kind === undefined || agency.kind === kind)
      .filter((agency) => departement === undefined || agency.competentFor.includes(departement))
      .flatMap(({ id, name, kind: ofKind, contactPoints }): ContactPointItem[] =>
        contactPoints.map((point) => ({ agency: id, agencyName: name, kind: ofKind, ...point })),
      )
      .filter((point) => purpose === undefined || point.purpose === purpose)
      .sort((a, b) => compare(a.agency, b.agency) || compare(a.purpose, b.purpose));
    return { items };
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
