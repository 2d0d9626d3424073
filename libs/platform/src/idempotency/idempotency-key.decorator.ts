import { AppError } from '@liaison/kernel';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';

const HEADER = 'Idempotency-Key';
const VALID = /^[\x21-\x7e]{1,128}$/;

/**
 * Checks the header's value.
 * @throws AppError `idempotency-key-missing`, `idempotency-key-invalid`.
 */
export function checkIdempotencyKey(value: string | undefined): string {
  if (!value) {
    throw new AppError('idempotency-key-missing', `Send ${HEADER}: a new random UUID for each new request.`);
  }
  if (!VALID.test(value)) {
    throw new AppError(
      'idempotency-key-invalid',
      `${HEADER} is 1 to 128 visible ASCII characters, such as a UUID.`,
    );
  }
  return value;
}

/** Parameter: the checked `Idempotency-Key`. Beside it goes `@RequiresIdempotencyKey()`, which documents it. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  checkIdempotencyKey(context.switchToHttp().getRequest<Request>().get(HEADER)),
);

/** Codes of 400 of a route with a body and a key. */
export const KEY_PROBLEMS = ['invalid-request', 'idempotency-key-missing', 'idempotency-key-invalid'];

/** Documents the header in the OpenAPI document. */
export const RequiresIdempotencyKey = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiHeader({
      name: HEADER,
      required: true,
      description: 'Random, new for each new request; the same key again gives the first answer',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    }),
  );
