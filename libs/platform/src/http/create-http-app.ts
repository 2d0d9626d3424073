import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import helmet from 'helmet';
import type { ServiceConfig } from '../config/service-config';
import { TokenVerifier } from '../identity/token-verifier';
import { LiaisonLogger, type Logger } from '../logging/logger';
import { requestContext } from '../logging/request-context';
import { Metrics } from '../metrics/metrics';
import { bodyGuard, noteEmptyBody } from './body-guard';
import { requireJson } from './media-type';
import { serveOpenApi, type OpenApiOptions } from './open-api';
import { LOGGER, PlatformModule } from './platform.module';
import { subjectRateLimit } from './rate-limit';
import { answerInTime } from './request-timeout';
import { answerUnreadable } from './unreadable-request';
import { validationPipe } from './validation';

export interface ServiceOptions {
  /** Name in logs, e.g. `prefecture`. */
  readonly service: string;
  /** The service's own module; `PlatformModule` is imported beside it and is global. */
  readonly module: Type<object> | DynamicModule;
  readonly config: ServiceConfig;
  readonly openApi: OpenApiOptions;
  /** Default: a new one to standard output. */
  readonly logger?: Logger;
}

const BODY_LIMIT = '1mb';
/** Longer than the idle time of usual load balancers, so that it is they who close. */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_MS = 10_000;

@Module({})
class ServiceModule {}

/**
 * The HTTP application with everything that every service has, neither initialised nor listening: connect
 * microservices to it, then `listen`.
 */
export async function createHttpApp(options: ServiceOptions): Promise<NestExpressApplication> {
  const { service, module, config, openApi } = options;
  const platform = PlatformModule.forRoot(service, config, options.logger);
  const app = await NestFactory.create<NestExpressApplication>(
    { module: ServiceModule, imports: [platform, module] },
    { bodyParser: false, bufferLogs: true, abortOnError: false },
  );
  const logger = app.get<Logger>(LOGGER);
  app.useLogger(new LiaisonLogger(logger));
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxyHops);
  app.use(requestContext(logger, app.get(Metrics)));
  app.use(answerInTime(config.requestTimeoutMs));
  app.use(helmet(HELMET));
  if (config.rateLimitPerMinute > 0) {
    app.use(subjectRateLimit(config.rateLimitPerMinute, app.get(TokenVerifier)));
  }
  app.use(requireJson);
  app.use(express.json({ limit: BODY_LIMIT, strict: true, inflate: false, verify: noteEmptyBody }));
  app.use(bodyGuard);
  app.useGlobalPipes(validationPipe());
  app.enableShutdownHooks();
  serveOpenApi(app, openApi);
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = config.requestTimeoutMs;
  answerUnreadable(server);
  return app;
}

/** `upgrade-insecure-requests` would break the documentation page on plain http. */
const HELMET: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
};

/**
 * `createHttpApp`, then listening.
 * @returns the application and the address it listens on.
 */
export async function bootstrapService(
  options: ServiceOptions,
): Promise<{ readonly app: NestExpressApplication; readonly url: string }> {
  const app = await createHttpApp(options);
  await app.listen(options.config.httpPort, options.config.httpHost);
  return { app, url: await app.getUrl() };
}
