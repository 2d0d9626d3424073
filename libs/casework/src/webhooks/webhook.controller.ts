import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Delete, Get, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { RegisterWebhookBody, WebhookItem, WebhookList, WebhookSecret, WebhookTest } from './webhook.dto';
import { Webhooks } from './webhooks';

const WebhookId = (): ParameterDecorator => UuidParam('id');
const NOT_FOUND = ['webhook-not-found'];

/**
 * Systems of this agency that are told when something changed: ids and kinds, nothing about a person. And mailboxes that
 * are told that something urgent waits, and nothing else.
 */
@ApiTags('webhooks')
@AllowRoles('operator')
@ErrorStatus({
  'webhook-not-found': 404,
  'too-many-webhooks': 409,
  'webhooks-not-configured': 409,
  'mail-not-configured': 409,
  'webhook-without-secret': 409,
  'webhook-target-refused': 422,
})
@Controller('v1/webhooks')
export class WebhookController {
  constructor(private readonly webhooks: Webhooks) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Webhooks of this agency and how they fare; no secrets' })
  @ApiOkResponse({ description: 'All of them', type: WebhookList })
  async list(@CurrentIdentity() identity: Identity): Promise<WebhookList> {
    return { items: await this.webhooks.list(identity) };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Register a webhook, or a mailbox: it is told of what changes from now on' })
  @ApiCreatedResponse({
    description: 'With its secret, which only the same key is shown again, for 24 hours; a mailbox has none',
    type: WebhookSecret,
  })
  @ApiProblems({
    409: ['too-many-webhooks', 'webhooks-not-configured', 'mail-not-configured'],
    422: ['webhook-target-refused'],
  })
  register(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterWebhookBody,
  ): Promise<WebhookSecret> {
    return this.webhooks.register(identity, key, body);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'A new secret; the former signs beside it for 24 hours' })
  @ApiOkResponse({
    description: 'The new secret, which only the same key is shown again, for 24 hours',
    type: WebhookSecret,
  })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['webhooks-not-configured', 'webhook-without-secret'],
  })
  rotate(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() key: string,
    @WebhookId() id: string,
  ): Promise<WebhookSecret> {
    return this.webhooks.rotate(identity, key, id);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send nothing until it is resumed; nothing is lost within the retention of the feed',
  })
  @ApiOkResponse({ type: WebhookItem })
  @ApiProblems({ 404: NOT_FOUND })
  pause(@CurrentIdentity() identity: Identity, @WebhookId() id: string): Promise<WebhookItem> {
    return this.webhooks.pause(identity, id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on where it stopped, at once; a disabled one too' })
  @ApiOkResponse({ type: WebhookItem })
  @ApiProblems({ 404: NOT_FOUND })
  resume(@CurrentIdentity() identity: Identity, @WebhookId() id: string): Promise<WebhookItem> {
    return this.webhooks.resume(identity, id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a message that says nothing, now, and tell how it went' })
  @ApiOkResponse({ type: WebhookTest })
  @ApiProblems({ 404: NOT_FOUND })
  test(@CurrentIdentity() identity: Identity, @WebhookId() id: string): Promise<WebhookTest> {
    return this.webhooks.test(identity, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a webhook: nothing more is sent, its secret is worth nothing' })
  @ApiNoContentResponse({ description: 'Removed' })
  @ApiProblems({ 404: NOT_FOUND })
  remove(@CurrentIdentity() identity: Identity, @WebhookId() id: string): Promise<void> {
    return this.webhooks.remove(identity, id);
  }
}
