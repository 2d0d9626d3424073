import { AUDIT_LOG_KIND, DESCRIPTIONS } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory, systemClock } from '@liaison/kernel';
import {
  AuditTrail,
  type Broker,
  DeadLetters,
  consumerGroup,
  DevelopmentSealing,
  Dispatcher,
  inboxOf,
  LiaisonStrategy,
  type Messaging,
  openMessaging,
  Outbox,
  readRecipients,
  Recovery,
} from '@liaison/messaging';
import {
  DatabaseModule,
  FileDirectory,
  Health,
  INGEST_DATABASE,
  LOGGER,
  type Logger,
  loadPolicy,
  Metrics,
  noteRecorded,
  type OpenDatabaseOptions,
  ServiceConfig,
} from '@liaison/platform';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { Acts } from '../acts';
import { BookController } from '../books/book.controller';
import { ChangeController } from '../changes/change.controller';
import { CHANGE_READERS, ChangeFeed, type ChangeReaders } from '../changes/change-feed';
import { DeadLetterController } from '../dead-letters/dead-letter.controller';
import { DeadLetterReader } from '../dead-letters/dead-letter.reader';
import { OVERDUE_CHANGES, OverdueChanges } from '../changes/overdue-changes';
import { observeWebhooks } from '../webhooks/observe-webhooks';
import { Mailer } from '../webhooks/mailer';
import { WebhookController } from '../webhooks/webhook.controller';
import { WebhookSecrets } from '../webhooks/webhook-secret';
import { WebhookSender } from '../webhooks/webhook-sender';
import { WebhookTargets } from '../webhooks/webhook-target';
import { Webhooks } from '../webhooks/webhooks';
import { itemOf, RecipientController } from '../recipients/recipient.controller';
import { AgencyPolicy } from '../policy/agency-policy';
import { describeConventions, observeConventions, observePublished } from '../policy/observe-conventions';
import { brokerOf } from './broker';
import { type ConventionUpdates, followConventions } from './follow-conventions';
import { observeMessaging } from './observe-messaging';
import { AGENCY, BROKER, CLOCK, DIRECTORY, MESSAGING, PUBLISHED_CONVENTIONS } from './tokens';

/** Recipients that the readiness probe tells of: those for whom anything waits. */
const TROUBLED = 50;
/** Kinds of audit records that say that somebody read. */
const READINGS: readonly string[] = ['read', 'search'];
/** Recipients whose breaker is a metric, those that cannot be reached first. */
const MEASURED = 200;

/** Global: who this agency is, its directory and conventions, its outbox, audit trail, dispatcher and consumer. */
@Module({})
export class AgencyModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly recovery: Recovery,
    private readonly webhooks: WebhookSender,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(PUBLISHED_CONVENTIONS) private readonly published: ConventionUpdates,
    @Inject(INGEST_DATABASE) ingest: DataSource,
    strategy: LiaisonStrategy,
    policy: AgencyPolicy,
    health: Health,
    metrics: Metrics,
    @Inject(AGENCY) agency: Agency,
    @Inject(DIRECTORY) directory: Directory,
  ) {
    health.register({
      name: 'consumer',
      check: () =>
        strategy.healthy
          ? Promise.resolve()
          : Promise.reject(new AppError('not-consuming', 'The consumer has not joined its group.')),
    });
    health.describe({
      name: 'recipients',
      read: async () => {
        const rows = await readRecipients(ingest, directory, { limit: TROUBLED, troubled: true });
        return rows.map((row) => ({ ...itemOf(row) }));
      },
    });
    describeConventions(health, policy);
    observeConventions(metrics, policy);
    observePublished(metrics, () => this.published.status());
    observeWebhooks(metrics, ingest);
    observeMessaging(metrics, {
      sql: ingest,
      recipients: () => readRecipients(ingest, directory, { limit: MEASURED }),
      lag: async () => {
        const partitions = await broker.lag(consumerGroup(agency.id), inboxOf(agency));
        return partitions.reduce((sum, { messages }) => sum + messages, 0);
      },
    });
  }

  static forRoot(options: {
    /** Name of the software, in audit records. */
    readonly service: string;
    readonly entities: OpenDatabaseOptions['entities'];
    /** Absent: this service has no change feed. */
    readonly changeReaders?: ChangeReaders;
    /** SQL that tells the change feed what has become overdue: see `OVERDUE_CHANGES`. */
    readonly overdueChanges?: readonly string[];
  }): DynamicModule {
    const part = <Key extends keyof Messaging>(key: Key) => ({
      inject: [MESSAGING],
      useFactory: (messaging: Messaging) => messaging[key],
    });
    return {
      module: AgencyModule,
      global: true,
      imports: [DatabaseModule.forRoot({ entities: options.entities })],
      controllers: [
        BookController,
        DeadLetterController,
        RecipientController,
        ...(options.changeReaders ? [ChangeController, WebhookController] : []),
      ],
      providers: [
        { provide: CLOCK, useValue: systemClock },
        { provide: CHANGE_READERS, useValue: options.changeReaders ?? {} },
        ChangeFeed,
        { provide: OVERDUE_CHANGES, useValue: options.overdueChanges ?? [] },
        OverdueChanges,
        {
          provide: WebhookSecrets,
          inject: [ServiceConfig],
          useFactory: ({ webhookSecretsKey }: ServiceConfig) => new WebhookSecrets(webhookSecretsKey),
        },
        {
          provide: WebhookTargets,
          inject: [ServiceConfig],
          useFactory: ({ environment, webhookPrivateNetworks }: ServiceConfig) =>
            new WebhookTargets({
              allowHttp: environment === 'development',
              privateNetworks: webhookPrivateNetworks,
            }),
        },
        {
          provide: Mailer,
          inject: [ServiceConfig],
          useFactory: ({ agencyId, environment, smtpUrl, mailFrom }: ServiceConfig) =>
            new Mailer({
              agency: agencyId,
              smtpUrl,
              from: mailFrom,
              allowPlain: environment === 'development',
            }),
        },
        Webhooks,
        {
          provide: WebhookSender,
          inject: [INGEST_DATABASE, MESSAGING, WebhookSecrets, WebhookTargets, Mailer, LOGGER, ServiceConfig],
          useFactory: (
            database: DataSource,
            { epoch }: Messaging,
            secrets: WebhookSecrets,
            targets: WebhookTargets,
            mailer: Mailer,
            logger: Logger,
            { webhookGiveUpHours }: ServiceConfig,
          ) =>
            new WebhookSender({
              database,
              epoch,
              secrets,
              targets,
              mailer,
              logger,
              giveUpHours: webhookGiveUpHours,
            }),
        },
        {
          provide: DIRECTORY,
          inject: [ServiceConfig],
          useFactory: ({ directoryFile }: ServiceConfig) => FileDirectory.fromFile(directoryFile),
        },
        {
          provide: AGENCY,
          inject: [ServiceConfig, DIRECTORY],
          useFactory: ({ agencyId }: ServiceConfig, directory: Directory) => getAgency(directory, agencyId),
        },
        {
          provide: AgencyPolicy,
          inject: [ServiceConfig, DIRECTORY, AGENCY],
          useFactory: ({ conventionsDir }: ServiceConfig, directory: Directory, agency: Agency) => {
            const policy = loadPolicy(conventionsDir, DESCRIPTIONS);
            return new AgencyPolicy(policy, directory, agency, DESCRIPTIONS);
          },
        },
        {
          provide: BROKER,
          inject: [ServiceConfig, LOGGER],
          useFactory: brokerOf,
        },
        {
          // Before messaging: nothing is decided without the conventions that were known at the last stop.
          provide: PUBLISHED_CONVENTIONS,
          inject: [ServiceConfig, AGENCY, AgencyPolicy, BROKER, INGEST_DATABASE, LOGGER, ModuleRef],
          useFactory: followConventions,
        },
        {
          provide: MESSAGING,
          inject: [
            ...[ServiceConfig, DIRECTORY, AGENCY, AgencyPolicy, BROKER, INGEST_DATABASE, LOGGER, CLOCK],
            PUBLISHED_CONVENTIONS,
          ],
          useFactory: (
            config: ServiceConfig,
            directory: Directory,
            agency: Agency,
            policy: AgencyPolicy,
            broker: Broker,
            ingest: DataSource,
            logger: Logger,
            clock: Clock,
          ) =>
            openMessaging({
              agency,
              service: options.service,
              auditLog: getAuditLog(directory),
              directory,
              broker,
              ingest,
              sealing: new DevelopmentSealing(config.environment),
              releases: policy,
              receipts: policy,
              policyDigest: policy.digest,
              clock,
              logger,
              overdueSeconds: config.overdueSeconds,
              retention: { days: config.sealedBytesDays, boundDays: config.sealedBytesBoundDays },
              onFatal: (error) => endProcess(logger, error),
              onRecorded: (kind) => {
                if (READINGS.includes(kind)) noteRecorded();
              },
            }),
        },
        Acts,
        { provide: Outbox, ...part('outbox') },
        { provide: AuditTrail, ...part('audit') },
        { provide: DeadLetters, ...part('deadLetters') },
        DeadLetterReader,
        { provide: Dispatcher, ...part('dispatcher') },
        { provide: Recovery, ...part('recovery') },
        { provide: LiaisonStrategy, ...part('strategy') },
      ],
      exports: [
        CLOCK,
        DIRECTORY,
        AGENCY,
        MESSAGING,
        PUBLISHED_CONVENTIONS,
        Acts,
        AgencyPolicy,
        Outbox,
        AuditTrail,
        Dispatcher,
        Recovery,
        LiaisonStrategy,
      ],
    };
  }

  /** While the databases are still open: batches in flight end, leases go back. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.published.stop();
    await this.webhooks.stop();
    await this.recovery.stop();
    await this.dispatcher.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.disconnect();
  }
}

/** @throws AppError `agency-unknown` */
function getAgency(directory: Directory, id: string): Agency {
  const agency = directory.findAgency(id);
  if (agency) return agency;
  throw new AppError(
    'agency-unknown',
    `The directory has no agency ${id}: correct AGENCY_ID or DIRECTORY_FILE.`,
  );
}

/** @throws AppError `audit-log-missing` */
function getAuditLog(directory: Directory): Agency {
  const auditLog = directory.agencies().find(({ kind }) => kind === AUDIT_LOG_KIND);
  if (auditLog) return auditLog;
  throw new AppError(
    'audit-log-missing',
    'The directory names no agency of kind audit-log: nothing may be disclosed.',
  );
}

/** Waiting will not help (not authorised, no such topic): say why and let the supervisor see it. */
function endProcess(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, 'this service cannot consume');
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}
