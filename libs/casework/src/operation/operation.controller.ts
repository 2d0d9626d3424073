import { OPERATION_ANNOUNCED, OperationAnnouncedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { requireContent, wrongContent } from '../reference/require-content';
import { AcknowledgeOperationHandler } from './acknowledge-operation.handler';
import { AnnounceOperationHandler } from './announce-operation.handler';
import { requireNobodyNamed } from './operation';
import {
  AcknowledgedOperation,
  AcknowledgeOperationBody,
  AnnouncedOperation,
  AnnounceOperationBody,
  ChangedOperation,
  ListOperationsQuery,
  OperationPage,
  OperationView,
  ReceivedOperationPage,
  ReceivedOperationView,
} from './operation.dto';
import { OperationReader } from './operation.reader';

const OperationId = (): ParameterDecorator => UuidParam('id', 'Of the operation');
const NOT_FOUND = ['operation-not-found'];
const UNFIT = ['operation-window-invalid', 'operation-contact-missing'];
const OVER = ['operation-called-off', 'operation-expired'];

/** Operations that a service announces. Which roles may is for the service to say. */
@ApiTags('operations')
@ErrorStatus({
  'operation-not-found': 404,
  ...Object.fromEntries(OVER.map((code) => [code, 409])),
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/operations')
export class AnnounceOperationController {
  constructor(private readonly announcing: AnnounceOperationHandler) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Announce an operation to those who will take people in: no name, no address, no case',
  })
  @ApiAcceptedResponse({ description: 'Announced here; its way has begun', type: AnnouncedOperation })
  @ApiProblems({ 422: UNFIT })
  announce(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { content, agencies }: AnnounceOperationBody,
  ): Promise<AnnouncedOperation> {
    requireContent(OPERATION_ANNOUNCED, OperationAnnouncedV1, content);
    requireSilence(content);
    return this.announcing.announce(identity, { content, only: agencies, idempotencyKey });
  }

  @Post(':id/call-off')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Say that it will not take place: nobody has to be ready any more' })
  @ApiAcceptedResponse({
    description: 'Called off here; those who were told are on their way to learn it',
    type: ChangedOperation,
  })
  @ApiProblems({ 404: NOT_FOUND, 409: OVER })
  callOff(
    @CurrentIdentity() identity: Identity,
    @OperationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('operation') ifMatch: string | undefined,
  ): Promise<ChangedOperation> {
    return this.announcing.callOff(identity, { id, ifMatch, idempotencyKey });
  }
}

/** With a pointer to what names somebody. @throws AppError `invalid-request` */
function requireSilence(content: OperationAnnouncedV1): void {
  try {
    requireNobodyNamed(content);
  } catch (error) {
    const { fields } = (error instanceof AppError && error.options) || {};
    throw fields ? wrongContent(fields) : error;
  }
}

@ApiTags('operations')
@ErrorStatus({ 'operation-not-found': 404 })
@Controller('v1/operations')
export class OperationController {
  constructor(private readonly operations: OperationReader) {}

  @Get()
  @ApiOperation({ summary: 'Operations that your unit announced, newest first' })
  @ApiOkResponse({ description: 'A page', type: OperationPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListOperationsQuery): Promise<OperationPage> {
    return this.operations.list(identity, query);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One operation with who was told, who has taken note, and how many places are held',
  })
  @ApiOkResponse({ description: 'The operation', type: OperationView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @OperationId() id: string): Promise<OperationView> {
    return this.operations.read(identity, id);
  }
}

/** Operations that are announced to a service. */
@ApiTags('operations')
@ErrorStatus({
  'operation-not-found': 404,
  'sender-unknown': 409,
  ...Object.fromEntries(OVER.map((code) => [code, 410])),
  'operation-places-too-many': 422,
})
@Controller('v1/received-operations')
export class ReceivedOperationController {
  constructor(
    private readonly operations: OperationReader,
    private readonly acknowledging: AcknowledgeOperationHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Operations that were announced to your unit, newest first' })
  @ApiOkResponse({ description: 'A page', type: ReceivedOperationPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListOperationsQuery,
  ): Promise<ReceivedOperationPage> {
    return this.operations.listReceived(identity, query);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'What is to be ready, until its last day is over' })
  @ApiOkResponse({ description: 'The operation', type: ReceivedOperationView })
  @ApiProblems({ 404: NOT_FOUND, 410: OVER })
  read(@CurrentIdentity() identity: Identity, @OperationId() id: string): Promise<ReceivedOperationView> {
    return this.operations.readReceived(identity, id);
  }

  @Post(':id/acknowledge')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Take note, hold places, and tell the investigators how many; again with another number',
  })
  @ApiAcceptedResponse({
    description: 'Done here; its way to the investigators has begun',
    type: AcknowledgedOperation,
  })
  @ApiProblems({
    403: ['role-missing'],
    404: NOT_FOUND,
    409: ['sender-unknown'],
    410: OVER,
    422: ['operation-places-too-many'],
  })
  acknowledge(
    @CurrentIdentity() identity: Identity,
    @OperationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('operation') ifMatch: string | undefined,
    @Body() { placesHeld }: AcknowledgeOperationBody,
  ): Promise<AcknowledgedOperation> {
    return this.acknowledging.acknowledge(identity, { id, ifMatch, placesHeld, idempotencyKey });
  }
}
