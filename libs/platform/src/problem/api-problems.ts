import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem';

/** Documents which codes of problems a route answers with, by status; what every route may answer goes without saying. */
export const ApiProblems = (codes: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(codes).map(([status, named]) =>
      ApiResponse({
        status: Number(status),
        description: named.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
      }),
    ),
  );
