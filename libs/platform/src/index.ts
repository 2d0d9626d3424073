export { Setting, settingsOf, type ConfigClass, type SettingOptions } from './config/setting';
export { loadConfig, type Environment } from './config/load-config';
export { settingsTable } from './config/settings-table';
export { MigrationConfig } from './config/migration-config';
export { ServiceConfig } from './config/service-config';

export { correlation, currentCorrelationId, withCorrelation } from './logging/correlation';
export { createLogger, LiaisonLogger, type Logger, type LoggerOptions } from './logging/logger';
export { endOnUncaught } from './logging/end-on-uncaught';
export { loggedError, type LoggedError } from './logging/log-safely';

export { startTracing } from './tracing/start-tracing';

export { type MetricDescription, Metrics, type PeerCount } from './metrics/metrics';
export { metricsTable } from './metrics/metrics-table';
export { observePlatform } from './metrics/observe-platform';
export { Health, type HealthCheck } from './health/health';

export { ROLES, type Identity, type Role } from './identity/identity';
export {
  AllowRoles,
  CurrentIdentity,
  Public,
  type Access,
  type IdentifiedRequest,
} from './identity/access.decorators';
export { TokenVerifier, type TokenVerifierOptions } from './identity/token-verifier';
export { listRoutes, type Route } from './identity/list-routes';

export { ErrorStatus, type StatusByCode } from './problem/error-status';
export { ApiProblems } from './problem/api-problems';
export { Problem, ProblemField } from './problem/problem';

export { bootstrapService, createHttpApp, type ServiceOptions } from './http/create-http-app';
export { LOGGER, PlatformModule } from './http/platform.module';
export { addExamples } from './http/examples';
export { buildOpenApi, describeApi, type OpenApiOptions } from './http/open-api';
export { operationsOf } from './http/operations';
export { partOf } from './http/schema-rules';
export { etag, requireIfMatch, SendsETag } from './http/etag';
export { IfMatch, UuidParam } from './http/route-parameters';
export { ANY_FIELD, type AskedFields, askedFieldsOf, AsksBy, ASKS_BY_EXTENSION } from './http/asks-by';
export {
  noteDecided,
  noteRecorded,
  SHOWS_PERSON_EXTENSION,
  ShowsEach,
  ShowsPerson,
} from './http/shows-person';
export {
  decodeCursor,
  encodeCursor,
  isDayPosition,
  isIdPosition,
  isInstant,
  isInstantPosition,
  pageOf,
  PageQuery,
  QueryFlag,
  type Page,
} from './http/paging';
export {
  CheckedElsewhere,
  invalidRequest,
  MayBeAbsent,
  SchemaPipe,
  type InvalidField,
} from './http/validation';

export { DatabaseModule, INGEST_DATABASE, SERVE_DATABASE } from './database/database.module';
export { dataSourceOptions, openDatabase, type OpenDatabaseOptions } from './database/open-database';
export { migrate, type MigrationClass } from './database/migrate';
export { serviceRoles, type ServiceRoles } from './database/service-roles';
export { openRows, type RowReaders, secureRows } from './database/row-security';
export { Grouped } from './database/grouped';
export { readerKey, type Reader, serveTransaction, tellReader } from './database/serve-transaction';
export { isDatabaseUnavailable, sqlState } from './database/database-errors';

export { checkIdempotencyKey, IdempotencyKey } from './idempotency/idempotency-key.decorator';
export { IdempotencyKey1763800000000 } from './idempotency/idempotency-key.migration';
export {
  answersOnce,
  digestOfRequest,
  idempotencyScope,
  purgeIdempotencyKeys,
  runOnce,
  storedAnswer,
  type OnceRequest,
  type OnceResponse,
} from './idempotency/run-once';

export { FileDirectory } from './directory/file-directory';
export { loadPolicy, readConventions } from './directory/load-policy';
export { parseDirectory } from './directory/parse-directory';
