import { type Agency, AppError } from '@liaison/kernel';
import {
  Dispatcher,
  type HandlerRegistry,
  LiaisonStrategy,
  MESSAGING_MIGRATIONS,
  Recovery,
} from '@liaison/messaging';
import {
  type ConfigClass,
  createHttpApp,
  createLogger,
  endOnUncaught,
  IdempotencyKey1763800000000,
  loadConfig,
  type Logger,
  migrate,
  type MigrationClass,
  ServiceConfig,
  type ServiceOptions,
  startTracing,
} from '@liaison/platform';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Changes1790000023000 } from '../changes/1790000023000-changes';
import { ChangeFeed } from '../changes/change-feed';
import { OverdueChanges } from '../changes/overdue-changes';
import { Webhooks1790000023020 } from '../webhooks/1790000023020-webhooks';
import { UrgentWebhooks1790000044500 } from '../webhooks/1790000044500-urgent-webhooks';
import { WebhookSender } from '../webhooks/webhook-sender';
import { explainStartFailure } from './explain-start-failure';
import type { ConventionUpdates } from './follow-conventions';
import { RowSecurity1790000026000 } from './migrations/1790000026000-row-security';
import { ShareGroundSecurity1790000033050 } from './migrations/1790000033050-share-ground-security';
import { AGENCY, PUBLISHED_CONVENTIONS } from './tokens';

/** What every agency's database has, whatever the kind. */
export const AGENCY_MIGRATIONS: readonly MigrationClass[] = [
  IdempotencyKey1763800000000,
  ...MESSAGING_MIGRATIONS,
  Changes1790000023000,
  Webhooks1790000023020,
  RowSecurity1790000026000,
  ShareGroundSecurity1790000033050,
  UrgentWebhooks1790000044500,
];

export interface AgencyServiceOptions extends Pick<ServiceOptions, 'service' | 'module' | 'openApi'> {
  /** Kinds of agency that it may be started for. Default: any. */
  readonly kinds?: readonly string[];
  /** The service's own, after the shared ones. */
  readonly migrations: readonly MigrationClass[];
  /** Default: the settings that every service has. */
  readonly config?: ConfigClass<ServiceConfig>;
}

/**
 * The running service: HTTP, consumer, dispatcher. Rejects where `startAgencyService` ends the process.
 * @throws AppError `agency-kind-wrong`
 */
export async function openAgencyService(
  { service, module, openApi, kinds }: Pick<AgencyServiceOptions, 'service' | 'module' | 'openApi' | 'kinds'>,
  config: ServiceConfig,
  logger: Logger,
): Promise<NestExpressApplication> {
  const app = await createHttpApp({ service, module, openApi, config, logger });
  const { id, kind } = app.get<Agency>(AGENCY);
  if (kinds && !kinds.includes(kind)) {
    await app.close();
    throw new AppError(
      'agency-kind-wrong',
      `${id} is of the kind ${kind}, and this service is for: ${kinds.join(', ')}. Correct AGENCY_ID.`,
    );
  }
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(LiaisonStrategy) });
  await app.startAllMicroservices();
  const more = typesBeyond(app.get<Agency>(AGENCY), app.get(LiaisonStrategy));
  if (more.length > 0) {
    logger.warn(
      { types: more },
      'the directory says that this agency understands more than it does: that is parked',
    );
  }
  await app.listen(config.httpPort, config.httpHost);
  app.get<ConventionUpdates>(PUBLISHED_CONVENTIONS).start();
  app.get(Dispatcher).start();
  app.get(Recovery).start();
  app.get(ChangeFeed).start();
  app.get(OverdueChanges).start();
  app.get(WebhookSender).start();
  return app;
}

/** What others are told to send, and nobody here takes. */
function typesBeyond({ understands = {} }: Agency, handlers: HandlerRegistry): string[] {
  return Object.entries(understands)
    .flatMap(([about, versions]) => versions.map((version) => `liaison.${about}.v${version}`))
    .filter((type) => !handlers.findHandler(type));
}

/**
 * Starts the service of one agency: configuration, migrations where asked for, HTTP, consumer, dispatcher. A service
 * that cannot work says why in one line and exits with 1.
 */
export async function startAgencyService(options: AgencyServiceOptions): Promise<void> {
  try {
    const config = loadConfig(options.config ?? ServiceConfig, process.env);
    if (config.migrateAtStart && config.databaseUrlMigrate !== undefined) {
      await migrate(config.databaseUrlMigrate, [...AGENCY_MIGRATIONS, ...options.migrations]);
    }
    const logger = createLogger({
      service: options.service,
      agency: config.agencyId,
      level: config.logLevel,
    });
    endOnUncaught(logger);
    await startTracing(options.service, config);
    const app = await openAgencyService(options, config, logger);
    logger.info({ url: await app.getUrl() }, 'ready to serve');
  } catch (error) {
    process.stderr.write(explainStartFailure(options.service, error));
    process.exit(1);
  }
}
