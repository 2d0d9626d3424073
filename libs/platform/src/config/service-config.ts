import {
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { Setting } from './setting';

export const POSTGRES_URL = {
  protocols: ['postgres', 'postgresql'],
  require_tld: false,
  require_protocol: true,
};
export const POSTGRES_URL_MESSAGE = {
  message: '$property must be a URL such as postgres://role:password@host:5432/database',
};
const KAFKA = { env: 'BROKER', is: 'kafka' };

/** What every service needs to know. A service adds its own settings in a subclass. */
export class ServiceConfig {
  @Setting({ env: 'AGENCY_ID', description: 'Agency that this process serves, an id of the directory' })
  @Matches(/^[a-z][a-z0-9-]{1,40}$/, { message: '$property must be lower-case letters, digits and dashes' })
  agencyId: string;

  @Setting({
    env: 'LIAISON_ENV',
    description: 'Adapters that protect nothing refuse to start outside `development`',
    default: 'production',
  })
  @IsIn(['development', 'production'])
  environment: 'development' | 'production';

  @Setting({ env: 'HTTP_HOST', description: 'Address to listen on', default: '127.0.0.1' })
  @IsString()
  httpHost: string;

  @Setting({ env: 'HTTP_PORT', description: 'Port to listen on; 0 takes a free one', default: '3000' })
  @IsInt()
  @Min(0)
  @Max(65535)
  httpPort: number;

  @Setting({
    env: 'TRUST_PROXY_HOPS',
    description: 'Reverse proxies in front, whose X-Forwarded-For is believed',
    default: '0',
  })
  @IsInt()
  @Min(0)
  @Max(10)
  trustProxyHops: number;

  @Setting({
    env: 'REQUEST_TIMEOUT_MS',
    description: 'A request without an answer after this many milliseconds gets 503',
    default: '30000',
  })
  @IsInt()
  @Min(100)
  requestTimeoutMs: number;

  @Setting({
    env: 'RATE_LIMIT_PER_MINUTE',
    description:
      'Requests a minute for one subject, or for one address without a verified token; 0 is no limit',
    default: '600',
  })
  @IsInt()
  @Min(0)
  rateLimitPerMinute: number;

  @Setting({
    env: 'LOG_LEVEL',
    description: 'From `info` on, one line a request',
    default: 'info',
  })
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

  @Setting({
    env: 'DATABASE_URL_SERVE',
    description: 'PostgreSQL URL of the role `<db>_serve`',
    secret: true,
  })
  @IsUrl(POSTGRES_URL, POSTGRES_URL_MESSAGE)
  databaseUrlServe: string;

  @Setting({
    env: 'DATABASE_URL_INGEST',
    description: 'PostgreSQL URL of the role `<db>_ingest`',
    secret: true,
  })
  @IsUrl(POSTGRES_URL, POSTGRES_URL_MESSAGE)
  databaseUrlIngest: string;

  @Setting({
    env: 'DATABASE_URL_MIGRATE',
    description: 'PostgreSQL URL of the owner `<db>_migrate`; only for a process that migrates',
    secret: true,
  })
  @IsOptional()
  @IsUrl(POSTGRES_URL, POSTGRES_URL_MESSAGE)
  databaseUrlMigrate?: string;

  @Setting({
    env: 'MIGRATE_AT_START',
    description: 'Run the migrations before serving, as `DATABASE_URL_MIGRATE`',
    default: 'false',
  })
  @IsBoolean()
  migrateAtStart: boolean;

  @Setting({ env: 'DATABASE_POOL_SERVE', description: 'Connections of the role `serve`', default: '10' })
  @IsInt()
  @Min(1)
  @Max(200)
  databasePoolServe: number;

  @Setting({ env: 'DATABASE_POOL_INGEST', description: 'Connections of the role `ingest`', default: '6' })
  @IsInt()
  @Min(1)
  @Max(200)
  databasePoolIngest: number;

  @Setting({
    env: 'DATABASE_STATEMENT_TIMEOUT_MS',
    description: 'PostgreSQL cancels a statement after this many milliseconds',
    default: '15000',
  })
  @IsInt()
  @Min(100)
  databaseStatementTimeoutMs: number;

  @Setting({
    env: 'OVERDUE_SECONDS',
    description:
      'Seconds within which a recipient has to say that an event has arrived, where the convention does not (`deliver-within`)',
    default: '300',
  })
  @IsInt()
  @Min(1)
  @Max(604_800)
  overdueSeconds: number;

  @Setting({
    env: 'SEALED_BYTES_DAYS',
    description:
      'Days for which sent bytes are kept after their arrival: the oldest backup of a recipient that can be completed',
    default: '30',
  })
  @IsInt()
  @Min(1)
  @Max(3650)
  sealedBytesDays: number;

  @Setting({
    env: 'SEALED_BYTES_BOUND_DAYS',
    description: 'Days after which sent bytes go even when their recipient has not said that it has them',
    default: '180',
  })
  @IsInt()
  @Min(1)
  @Max(3650)
  sealedBytesBoundDays: number;

  @Setting({
    env: 'ATTACHMENT_MAX_BYTES',
    description: 'Bytes that a document added to a notice may have',
    default: '5242880',
  })
  @IsInt()
  @Min(1024)
  @Max(14_745_600)
  attachmentMaxBytes: number;

  @Setting({
    env: 'CHANGES_DAYS',
    description: 'Days for which the change feed is kept: a reader that comes back later starts again',
    default: '30',
  })
  @IsInt()
  @Min(1)
  @Max(3650)
  changesDays: number;

  @Setting({
    env: 'BREAK_GLASS_HOURS',
    description: 'Hours for which somebody may open a case in an emergency, at most',
    default: '8',
  })
  @IsInt()
  @Min(1)
  @Max(72)
  breakGlassHours: number;

  @Setting({
    env: 'BREAK_GLASS_REVIEW_HOURS',
    description: 'Hours within which a second person has to review what was opened in an emergency',
    default: '72',
  })
  @IsInt()
  @Min(1)
  @Max(720)
  breakGlassReviewHours: number;

  @Setting({
    env: 'PURGE_CONFIRM_HOURS',
    description: 'Hours within which a recipient has to confirm that it purged what it was told to',
    default: '24',
  })
  @IsInt()
  @Min(1)
  @Max(720)
  purgeConfirmHours: number;

  @Setting({
    env: 'WEBHOOK_SECRETS_KEY',
    description:
      'Key from which the secrets of webhooks are derived, 32 characters or more; changing it changes all of them. Absent: no webhooks',
    secret: true,
  })
  @IsOptional()
  @MinLength(32, { message: '$property must have 32 characters or more' })
  webhookSecretsKey?: string;

  @Setting({
    env: 'WEBHOOK_PRIVATE_NETWORKS',
    description:
      'Networks that are not public and that webhooks may reach, such as `10.1.0.0/16`, separated by commas',
    default: '',
  })
  @IsArray()
  webhookPrivateNetworks: string[];

  @Setting({
    env: 'WEBHOOK_GIVE_UP_HOURS',
    description: 'Hours of failure after which a webhook is disabled until an operator resumes it',
    default: '72',
  })
  @IsInt()
  @Min(1)
  @Max(720)
  webhookGiveUpHours: number;

  @Setting({
    env: 'SMTP_URL',
    description:
      'Mail server that tells of what is urgent, `smtps://user:password@host` or `smtp://…` with STARTTLS. Absent: no mail',
    secret: true,
  })
  @IsOptional()
  @IsUrl(
    { protocols: ['smtp', 'smtps'], require_tld: false, require_protocol: true },
    { message: '$property must be a URL such as smtps://user:password@mail.example.org' },
  )
  smtpUrl?: string;

  @Setting({ env: 'MAIL_FROM', description: 'Address that such mail comes from' })
  @IsOptional()
  @IsEmail({}, { message: '$property must be a mail address' })
  mailFrom?: string;

  @Setting({
    env: 'BROKER',
    description: '`kafka`, or `embedded` (in PostgreSQL, one machine)',
    default: 'kafka',
  })
  @IsIn(['embedded', 'kafka'])
  broker: 'embedded' | 'kafka';

  @Setting({
    env: 'EMBEDDED_BROKER_URL',
    description: 'PostgreSQL URL of the embedded broker',
    secret: true,
    when: { env: 'BROKER', is: 'embedded' },
  })
  @IsUrl(POSTGRES_URL, POSTGRES_URL_MESSAGE)
  embeddedBrokerUrl?: string;

  @Setting({ env: 'KAFKA_BROKERS', description: 'host:port, separated by commas', when: KAFKA })
  @IsArray()
  @Matches(/^[^\s:,]+:\d{1,5}$/, { each: true, message: '$property must be host:port, separated by commas' })
  kafkaBrokers?: string[];

  @Setting({ env: 'KAFKA_USERNAME', description: 'SCRAM-SHA-512 user of this agency', when: KAFKA })
  @IsString()
  kafkaUsername?: string;

  @Setting({ env: 'KAFKA_PASSWORD', description: 'Password of that user', secret: true, when: KAFKA })
  @IsString()
  kafkaPassword?: string;

  @Setting({
    env: 'KAFKA_CA_FILE',
    description: 'PEM file of the authority behind the brokers; turns TLS on',
  })
  @IsOptional()
  @IsString()
  kafkaCaFile?: string;

  @Setting({ env: 'OIDC_ISSUER', description: 'Issuer of the bearer tokens, exactly as in their `iss`' })
  @IsUrl(
    { protocols: ['http', 'https'], require_tld: false, require_protocol: true },
    { message: '$property must be an http or https URL' },
  )
  oidcIssuer: string;

  @Setting({ env: 'OIDC_AUDIENCE', description: 'Audience that a token must name' })
  @IsString()
  oidcAudience: string;

  @Setting({ env: 'DIRECTORY_FILE', description: 'YAML or JSON file of the agencies' })
  @IsString()
  directoryFile: string;

  @Setting({
    env: 'CONVENTIONS_DIR',
    description: 'Folder of the conventions in force, with `statutory/` inside',
  })
  @IsString()
  conventionsDir: string;

  @Setting({
    env: 'CONVENTION_KEYS_FILE',
    description:
      'PEM file of the public keys (Ed25519) whose published conventions count; absent: only those of `CONVENTIONS_DIR`',
  })
  @IsOptional()
  @IsString()
  conventionKeysFile?: string;

  @Setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description:
      'Collector of traces (OTLP over HTTP, JSON), such as `http://collector:4318`; absent: none are recorded',
  })
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_tld: false, require_protocol: true },
    { message: '$property must be an http or https URL' },
  )
  tracesEndpoint?: string;

  @Setting({
    env: 'OTEL_TRACES_SAMPLER_ARG',
    description: 'Share of the traces that begin here which are recorded, from 0 to 1',
    default: '1',
  })
  @Matches(/^(0(\.\d+)?|1(\.0+)?)$/, { message: '$property must be a number from 0 to 1' })
  tracesShare: string;

  @Setting({
    env: 'AGENT_PSEUDONYM_KEY',
    description:
      'Key of the pseudonyms of agents in audit records, 32 characters or more; changing it unlinks them',
    secret: true,
  })
  @MinLength(32, { message: '$property must have 32 characters or more' })
  agentPseudonymKey: string;
}
