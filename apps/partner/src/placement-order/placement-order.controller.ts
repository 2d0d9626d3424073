import { requireContent } from '@liaison/casework';
import { PLACEMENT_ORDERED, PlacementOrderedV1 } from '@liaison/contracts';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import { LiftOrderHandler } from './lift-order.handler';
import { OrderPlacementHandler } from './order-placement.handler';
import {
  LiftedOrder,
  LiftOrderBody,
  ListMadeOrdersQuery,
  MadeOrderPage,
  OrderPlacementBody,
  SentOrder,
} from './placement-order.dto';

/** Orders of a judge, or of the procureur in an emergency, to place a child: child protection obeys. */
@ApiTags('placement-orders')
@ErrorStatus({
  'case-not-found': 404,
  'order-not-found': 404,
  'order-lifted': 409,
  'recipient-unknown': 409,
  'lifted-before-ordered': 422,
  'child-protection-missing': 422,
  'day-in-the-future': 422,
  'order-for-adult': 422,
})
@AllowRoles(...CASEWORKERS)
@Controller('v1/placement-orders')
export class PlacementOrderController {
  constructor(
    private readonly orders: OrderPlacementHandler,
    private readonly lifting: LiftOrderHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send the order that entrusts a child to child protection; it may say where and how',
  })
  @ApiAcceptedResponse({ description: 'Sent; its way has begun', type: SentOrder })
  @ApiProblems({
    404: ['case-not-found'],
    422: ['child-protection-missing', 'day-in-the-future', 'order-for-adult'],
  })
  order(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { caseId, childProtection, content, protection }: OrderPlacementBody,
  ): Promise<SentOrder> {
    requireContent(PLACEMENT_ORDERED, PlacementOrderedV1, content);
    return this.orders.order(identity, {
      ...{ caseId, childProtection, content, idempotencyKey },
      protection: { identity: protection?.identity ?? false, address: protection?.address ?? false },
    });
  }

  @Get()
  @ApiOperation({ summary: 'Orders that your unit has sent, newest first; not for whom' })
  @ApiOkResponse({ description: 'A page', type: MadeOrderPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListMadeOrdersQuery): Promise<MadeOrderPage> {
    return this.orders.list(identity, query);
  }

  @Post(':id/lift')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Lift an order: child protection is told; nobody is moved by that' })
  @ApiAcceptedResponse({ description: 'Lifted here; its way has begun', type: LiftedOrder })
  @ApiProblems({
    404: ['order-not-found'],
    409: ['order-lifted', 'recipient-unknown'],
    422: ['day-in-the-future', 'lifted-before-ordered'],
  })
  lift(
    @CurrentIdentity() identity: Identity,
    @UuidParam('id', 'Of the order') id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('order') ifMatch: string | undefined,
    @Body() { liftedBy, liftedOn }: LiftOrderBody,
  ): Promise<LiftedOrder> {
    return this.lifting.lift(identity, { id, ifMatch, idempotencyKey }, { liftedBy, liftedOn });
  }
}
