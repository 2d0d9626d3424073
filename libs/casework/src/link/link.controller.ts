import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import { LinkList, LinkView, ProposeLinkBody } from './link.dto';
import { LinkReader } from './link.reader';
import { PersonLinks } from './person-links';

const LinkId = (): ParameterDecorator => UuidParam('id', 'Of the link');
const NOT_EXCHANGED = ['case-taken-back', 'link-not-exchanged', 'link-other-purpose'];
const REFUSED = ['link-protected', 'link-not-allowed'];
const NOT_NOW = ['link-ended', 'link-not-proposed'];

/** That two cases are one person: your agency and the one with which it exchanges about both say so, each for itself. */
@ApiTags('links')
@ErrorStatus({
  'case-not-found': 404,
  'link-not-found': 404,
  'link-same-case': 422,
  'link-exists': 409,
  ...Object.fromEntries([...NOT_NOW, ...NOT_EXCHANGED, ...REFUSED].map((code) => [code, 409])),
})
@Controller('v1')
export class LinkController {
  constructor(
    private readonly links: PersonLinks,
    private readonly reader: LinkReader,
  ) {}

  @Get('cases/:id/links')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Which other cases of your unit are the same person, as far as you may read both; the reading is recorded',
  })
  @ApiOkResponse({ description: 'Newest first', type: LinkList })
  @ApiProblems({ 404: ['case-not-found'] })
  list(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<LinkList> {
    return this.reader.list(identity, id);
  }

  @Post('cases/:id/links')
  @HttpCode(202)
  @ApiOperation({ summary: 'Propose that another case is the same person, to an agency that knows both' })
  @ApiAcceptedResponse({
    description: 'Proposed, or agreed where the other proposed it meanwhile',
    type: LinkView,
  })
  @ApiProblems({
    404: ['case-not-found'],
    409: ['link-exists', ...NOT_EXCHANGED, ...REFUSED],
    422: ['link-same-case'],
  })
  propose(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { other, agency }: ProposeLinkBody,
  ): Promise<LinkView> {
    return this.links.propose(identity, { id, other, agency, idempotencyKey });
  }

  @Get('links/:id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One link, for whoever may read both cases; the reading is recorded' })
  @ApiOkResponse({ description: 'The link', type: LinkView })
  @ApiProblems({ 404: ['link-not-found'] })
  read(@CurrentIdentity() identity: Identity, @LinkId() id: string): Promise<LinkView> {
    return this.reader.read(identity, id);
  }

  @Post('links/:id/confirm')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Say so too: from now on they are linked on both sides' })
  @ApiAcceptedResponse({ description: 'Linked; your word is on its way', type: LinkView })
  @ApiProblems({ 404: ['link-not-found'], 409: [...NOT_NOW, ...NOT_EXCHANGED, ...REFUSED] })
  confirm(
    @CurrentIdentity() identity: Identity,
    @LinkId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('link') ifMatch: string | undefined,
  ): Promise<LinkView> {
    return this.links.answer(identity, 'confirm', { id, ifMatch, idempotencyKey });
  }

  @Post('links/:id/refuse')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Do not say so; no reason is asked for and none goes' })
  @ApiAcceptedResponse({ description: 'Ended; your word is on its way', type: LinkView })
  @ApiProblems({ 404: ['link-not-found'], 409: [...NOT_NOW, ...NOT_EXCHANGED] })
  refuse(
    @CurrentIdentity() identity: Identity,
    @LinkId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('link') ifMatch: string | undefined,
  ): Promise<LinkView> {
    return this.links.answer(identity, 'refuse', { id, ifMatch, idempotencyKey });
  }

  @Post('links/:id/undo')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Take back what your agency said: it is linked no longer, whatever the other says',
  })
  @ApiAcceptedResponse({ description: 'Ended; your word is on its way', type: LinkView })
  @ApiProblems({ 404: ['link-not-found'], 409: [...NOT_NOW, ...NOT_EXCHANGED] })
  undo(
    @CurrentIdentity() identity: Identity,
    @LinkId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('link') ifMatch: string | undefined,
  ): Promise<LinkView> {
    return this.links.answer(identity, 'undo', { id, ifMatch, idempotencyKey });
  }
}
