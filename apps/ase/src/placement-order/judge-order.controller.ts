import {
  AllowRoles,
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
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import {
  CannotExecuteBody,
  JudgeOrderPage,
  JudgeOrderView,
  ListJudgeOrdersQuery,
  NotExecutedOrder,
  ObeyedOrder,
  ObeyJudgeOrderBody,
} from './judge-order.dto';
import { JudgeOrderReader } from './judge-order.reader';
import { ObeyOrderHandler } from './obey-order.handler';

const OrderId = (): ParameterDecorator => UuidParam('id', 'Of the order');
const NOT_FOUND = ['order-not-found'];
const MISSING = ['placement-request-not-found', 'place-not-found'];
const CONFLICTS = [
  'order-taken-back',
  'order-lifted',
  'placement-request-closed',
  'offer-pending',
  'offer-not-allowed',
  'shelter-unknown',
];
const UNFIT = ['place-not-ordered', 'place-does-not-fit'];
const HOURS = 24;

/** Orders of judges to place a child: obeyed, and said where they contradict a rule (R24, R25). */
@ApiTags('placement')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  ...Object.fromEntries([...NOT_FOUND, ...MISSING].map((code) => [code, 404])),
  ...Object.fromEntries([...CONFLICTS, 'order-not-executed'].map((code) => [code, 409])),
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/placement-orders')
export class JudgeOrderController {
  constructor(
    private readonly orders: JudgeOrderReader,
    private readonly obeying: ObeyOrderHandler,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Orders of judges that came to your unit, newest first; nothing about the children',
  })
  @ApiOkResponse({ description: 'A page', type: JudgeOrderPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListJudgeOrdersQuery): Promise<JudgeOrderPage> {
    return this.orders.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'For whom the order is, and what it says; the reading is recorded' })
  @ApiOkResponse({ description: 'The order', type: JudgeOrderView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @OrderId() id: string): Promise<JudgeOrderView> {
    return this.orders.read(identity, id);
  }

  @Post(':id/obey')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'Ask the shelter of a place that the order allows, whatever rule that contradicts; it is said which',
  })
  @ApiAcceptedResponse({ description: 'Obeyed; its way has begun', type: ObeyedOrder })
  @ApiProblems({ 404: [...NOT_FOUND, ...MISSING], 409: CONFLICTS, 422: UNFIT })
  obey(
    @CurrentIdentity() identity: Identity,
    @OrderId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('order') ifMatch: string | undefined,
    @Body() { request, place, answerWithinHours = HOURS }: ObeyJudgeOrderBody,
  ): Promise<ObeyedOrder> {
    return this.obeying.obey(
      identity,
      { id, ifMatch, idempotencyKey },
      { request, place, answerWithinHours },
    );
  }

  @Post(':id/cannot-execute')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Tell the judge that the order cannot be executed, and why' })
  @ApiAcceptedResponse({ description: 'Said; its way to the judge has begun', type: NotExecutedOrder })
  @ApiProblems({ 404: NOT_FOUND, 409: ['order-taken-back', 'order-lifted', 'order-not-executed'] })
  cannotExecute(
    @CurrentIdentity() identity: Identity,
    @OrderId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('order') ifMatch: string | undefined,
    @Body() { obstacle }: CannotExecuteBody,
  ): Promise<NotExecutedOrder> {
    return this.obeying.cannotExecute(identity, { id, ifMatch, idempotencyKey }, obstacle);
  }
}
