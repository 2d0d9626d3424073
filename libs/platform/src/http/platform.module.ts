import { systemClock } from '@liaison/kernel';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ServiceConfig } from '../config/service-config';
import { Health } from '../health/health';
import { HealthController } from '../health/health.controller';
import { observeHealth } from '../health/observe-health';
import { IdentityGuard } from '../identity/identity.guard';
import { TokenVerifier } from '../identity/token-verifier';
import { createLogger, type Logger } from '../logging/logger';
import { Metrics } from '../metrics/metrics';
import { MetricsController } from '../metrics/metrics.controller';
import { ProblemFilter } from '../problem/problem.filter';
import { stopTracing } from '../tracing/start-tracing';
import { ShowsPersonGuard } from './shows-person';

/** Injection token of the process's pino logger. */
export const LOGGER = Symbol('LOGGER');

/** Global: the configuration (as `ServiceConfig` and as its own class), logger, metrics, health, identity, problems. */
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(metrics: Metrics, health: Health) {
    observeHealth(metrics, health);
  }

  async onApplicationShutdown(): Promise<void> {
    await stopTracing();
  }

  static forRoot(service: string, config: ServiceConfig, logger?: Logger): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ServiceConfig, useValue: config },
        { provide: config.constructor, useValue: config },
        {
          provide: LOGGER,
          useValue: logger ?? createLogger({ service, agency: config.agencyId, level: config.logLevel }),
        },
        {
          provide: TokenVerifier,
          useFactory: () =>
            new TokenVerifier({
              issuer: config.oidcIssuer,
              audience: config.oidcAudience,
              agency: config.agencyId,
              pseudonymKey: config.agentPseudonymKey,
              clock: systemClock,
            }),
        },
        Metrics,
        Health,
        { provide: APP_GUARD, useClass: IdentityGuard },
        { provide: APP_INTERCEPTOR, useClass: ShowsPersonGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [
        ServiceConfig,
        config.constructor as typeof ServiceConfig,
        LOGGER,
        TokenVerifier,
        Metrics,
        Health,
      ],
    };
  }
}
