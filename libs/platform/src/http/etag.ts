import { AppError } from '@liaison/kernel';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import { operationsOf } from './operations';

const SENDS_ETAG = 'x-sends-etag';

/** Strong entity tag of a version. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * Holds an `If-Match` header against the current version (RFC 9110: strong comparison; `*` matches).
 * @throws AppError `precondition-required` (no header), `precondition-failed` (another version).
 */
export function requireIfMatch(header: string | undefined, version: number): void {
  if (!header) {
    throw new AppError(
      'precondition-required',
      'Send If-Match with the ETag of the version that you have read.',
    );
  }
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes('*') && !tags.includes(etag(version))) {
    throw new AppError(
      'precondition-failed',
      'It has changed since: read it again, then repeat your change.',
    );
  }
}

/** On a route whose answer has a `version`: it is the answer's `ETag`, and stands so in the OpenAPI document. */
export const SendsETag = (): MethodDecorator =>
  applyDecorators(UseInterceptors(new ETagInterceptor()), ApiExtension(SENDS_ETAG, true));

class ETagInterceptor implements NestInterceptor<{ readonly version: number }> {
  intercept(context: ExecutionContext, next: CallHandler<{ readonly version: number }>): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((answer) => {
        response.setHeader('ETag', etag(answer.version));
        return answer;
      }),
    );
  }
}

/** Describes the header of every operation that sends it. */
export function addETags(document: OpenAPIObject): void {
  for (const [, operation] of operationsOf<Operation>(document)) {
    if (operation[SENDS_ETAG] !== true) continue;
    delete operation[SENDS_ETAG];
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status.startsWith('2')) response.headers = { ...response.headers, ...DESCRIPTION };
    }
  }
}

const DESCRIPTION = { ETag: { description: 'Version of its state', schema: { type: 'string' } } };

interface Operation {
  [SENDS_ETAG]?: boolean;
  readonly responses: Record<string, { headers?: object }>;
}
