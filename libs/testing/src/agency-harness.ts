import { AGENCY_MIGRATIONS, type AgencyServiceOptions, openAgencyService } from '@liaison/casework';
import type { Directory } from '@liaison/kernel';
import { OIDC_AUDIENCE } from '@liaison/local-stack';
import { createLogger, FileDirectory, loadConfig, ServiceConfig } from '@liaison/platform';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import request from 'supertest';
import { type AgencyDatabase, copyAgencyDatabase } from './agency-database';
import { testPostgres } from './servers';
import { createTestBroker, createTestKafka } from './test-broker';
import { startTokenIssuer, type TokenClaims, type TokenDefects } from './token-issuer';

const ROOT = join(__dirname, '..', '..', '..');

export interface AgencyWorldOptions {
  /** Default: the demonstration's. */
  readonly directoryFile?: string;
  /** Default: those of the repository. */
  readonly conventionsDir?: string;
  /** Default: the embedded broker, or what LIAISON_TEST_BROKER says. Kafka: one of its own (`describeWithOwnKafka`). */
  readonly broker?: 'embedded' | 'kafka';
}

export interface TestServiceOptions extends AgencyServiceOptions {
  readonly agencyId: string;
  /** On top of what the harness sets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Default: a token of the service's own agency. */
type OwnClaims = Omit<TokenClaims, 'agency'> & { readonly agency?: string };

/** One agency's service, running in this process. */
export interface TestService {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly database: AgencyDatabase;
  /** Every line that the service logged: none may hold personal data. */
  readonly logLines: readonly string[];
  /** A client with a token of this agency, such as `await police.as({ unit: 'brp', roles: ['officer'] })`. */
  as(claims: OwnClaims, defects?: TokenDefects): Promise<request.Agent>;
  /** A token of this agency's provider. */
  token(claims: OwnClaims): Promise<string>;
  /** A client without a token. */
  anonymous(): request.Agent;
  stop(): Promise<void>;
}

/** What agencies share: a PostgreSQL server, a broker with its access rules, an issuer, a directory. */
export interface AgencyWorld {
  readonly directory: Directory;
  /** The broker as this agency's own user: settings of a service. */
  brokerSettingsOf(agencyId: string): Readonly<Record<string, string>>;
  /** Starts a service on a new database, as its three roles; returns when it consumes and listens. */
  start(options: TestServiceOptions): Promise<TestService>;
  /** Stops what still runs and removes everything. */
  stop(): Promise<void>;
}

/** Real PostgreSQL, real HTTP, real broker, real tokens: one per spec file, in `beforeAll`. */
export async function startAgencyWorld(options: AgencyWorldOptions = {}): Promise<AgencyWorld> {
  const directoryFile = options.directoryFile ?? join(ROOT, 'config', 'directory.demo.yaml');
  const conventionsDir = options.conventionsDir ?? join(ROOT, 'conventions');
  const directory = FileDirectory.fromFile(directoryFile);
  const server = await testPostgres();
  const kind = options.broker ?? process.env['LIAISON_TEST_BROKER'];
  const broker = await (kind === 'kafka' ? createTestKafka(directory) : createTestBroker(server, directory));
  const issuer = await startTokenIssuer();
  const running: TestService[] = [];

  const start = async ({ agencyId, env, ...service }: TestServiceOptions): Promise<TestService> => {
    const migrations = [...AGENCY_MIGRATIONS, ...service.migrations];
    const database = await copyAgencyDatabase(server, migrations);
    const config = loadConfig(service.config ?? ServiceConfig, {
      AGENCY_ID: agencyId,
      LIAISON_ENV: 'development',
      HTTP_PORT: '0',
      RATE_LIMIT_PER_MINUTE: '0',
      DATABASE_URL_SERVE: database.serveUrl,
      DATABASE_URL_INGEST: database.ingestUrl,
      ...broker.settingsOf(agencyId),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE,
      DIRECTORY_FILE: directoryFile,
      CONVENTIONS_DIR: conventionsDir,
      AGENT_PSEUDONYM_KEY: `pseudonyms of the tests of ${agencyId}`.padEnd(32, '.'),
      ...env,
    });
    const logLines: string[] = [];
    const destination = { write: (line: string) => void logLines.push(line) };
    const logger = createLogger({ service: service.service, agency: agencyId, level: 'info', destination });
    const app = await openAgencyService(service, config, logger);
    const url = await app.getUrl();
    const agency: TestService = {
      app,
      url,
      database,
      logLines,
      token: (claims) => issuer.token({ agency: agencyId, ...claims }),
      as: async (claims, defects) =>
        request
          .agent(url)
          .auth(await issuer.token({ agency: agencyId, ...claims }, defects), { type: 'bearer' }),
      anonymous: () => request.agent(url),
      stop: async () => {
        running.splice(running.indexOf(agency), 1);
        await app.close();
        await database.close();
      },
    };
    running.push(agency);
    return agency;
  };

  return {
    directory,
    brokerSettingsOf: (agencyId) => broker.settingsOf(agencyId),
    start,
    stop: async () => {
      for (const agency of [...running].reverse()) await agency.stop();
      await issuer.stop();
      await broker.drop();
      await server.stop();
    },
  };
}
