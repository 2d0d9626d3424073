import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ServiceConfig } from '../config/service-config';
import { Health } from '../health/health';
import { Metrics } from '../metrics/metrics';
import { observePools, poolOf } from './observe-pools';
import { openDatabase, type OpenDatabaseOptions } from './open-database';

/** Injection tokens of the two pools. */
export const INGEST_DATABASE = Symbol('INGEST_DATABASE');
export const SERVE_DATABASE = Symbol('SERVE_DATABASE');

/** Global: the pools of the roles `ingest` and `serve`, each with its health check, closed at shutdown. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(INGEST_DATABASE) private readonly ingest: DataSource,
    @Inject(SERVE_DATABASE) private readonly serve: DataSource,
    health: Health,
    metrics: Metrics,
  ) {
    health.register({ name: 'database-ingest', check: () => reach(ingest) });
    health.register({ name: 'database-serve', check: () => reach(serve) });
    observePools(metrics, { ingest: () => poolOf(ingest), serve: () => poolOf(serve) });
  }

  static forRoot(options: { readonly entities: OpenDatabaseOptions['entities'] }): DynamicModule {
    const pool = (
      token: symbol,
      of: (config: ServiceConfig) => Pick<OpenDatabaseOptions, 'url' | 'poolSize' | 'applicationName'>,
    ): {
      provide: symbol;
      inject: [typeof ServiceConfig];
      useFactory: (config: ServiceConfig) => Promise<DataSource>;
    } => ({
      provide: token,
      inject: [ServiceConfig],
      useFactory: (config) =>
        openDatabase({
          ...of(config),
          entities: options.entities,
          statementTimeoutMs: config.databaseStatementTimeoutMs,
        }),
    });
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        pool(INGEST_DATABASE, (config) => ({
          url: config.databaseUrlIngest,
          poolSize: config.databasePoolIngest,
          applicationName: `${config.agencyId}-ingest`,
        })),
        pool(SERVE_DATABASE, (config) => ({
          url: config.databaseUrlServe,
          poolSize: config.databasePoolServe,
          applicationName: `${config.agencyId}-serve`,
        })),
      ],
      exports: [INGEST_DATABASE, SERVE_DATABASE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.ingest.destroy(), this.serve.destroy()]);
  }
}

async function reach(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT 1');
}
