import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { addProblems } from '../problem/api-problems';
import { Problem } from '../problem/problem';
import { addETags } from './etag';
import { addExamples } from './examples';
import { withValidationRules } from './schema-rules';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Classes that no controller names, e.g. the bodies of routes with a `SchemaPipe`. */
  readonly extraModels?: readonly Type<object>[];
}

/**
 * OpenAPI 3.1. What class-validator checks stands in the schemas; every status that an operation may answer with is named,
 * and everything has an example.
 */
export function buildOpenApi(app: INestApplication, options: OpenApiOptions): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(options.title)
    .setDescription(options.description ?? '')
    .setVersion(options.version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [Problem, ...(options.extraModels ?? [])],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  addETags(document);
  addProblems(document);
  const whole = withValidationRules(document);
  addExamples(whole);
  return whole;
}

/** `/openapi.json`, and `/docs`, a page to try it. Built at the first request. */
export function serveOpenApi(app: INestApplication, options: OpenApiOptions): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app, options), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    swaggerOptions: { persistAuthorization: true },
  });
}

/** The document of a service that does not run: nothing of its module is constructed, so it needs no configuration. */
export async function describeApi(
  module: Type<object> | DynamicModule,
  options: OpenApiOptions,
): Promise<OpenAPIObject> {
  const app = await NestFactory.create(module, { preview: true, logger: false, abortOnError: false });
  return buildOpenApi(app, options);
}
