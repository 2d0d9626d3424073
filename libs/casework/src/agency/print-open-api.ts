import { buildOpenApi, createLogger, PlatformModule, ServiceConfig } from '@liaison/platform';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AgencyServiceOptions } from './start-agency-service';

@Module({})
class DescribedModule {}

/** Prints the OpenAPI document of a service to standard output: nothing of the service is started for it. */
export async function printOpenApi({
  service,
  module,
  config = ServiceConfig,
  openApi,
}: AgencyServiceOptions): Promise<void> {
  const logger = createLogger({ service, agency: 'none', level: 'silent' });
  const platform = PlatformModule.forRoot(service, new config(), logger);
  const app = await NestFactory.create(
    { module: DescribedModule, imports: [platform, module] },
    { preview: true, logger: false, abortOnError: false },
  );
  process.stdout.write(`${JSON.stringify(buildOpenApi(app, openApi))}\n`);
}
