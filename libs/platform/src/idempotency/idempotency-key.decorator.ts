import { AppError } from '@liaison/kernel';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { documented } from '../http/route-parameters';

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

const CheckedHeader = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  checkIdempotencyKey(context.switchToHttp().getRequest<Request>().get(HEADER)),
);

/** Parameter: the checked `Idempotency-Key`. */
export const IdempotencyKey = (): ParameterDecorator =>
  documented(
    ApiHeader({
      name: HEADER,
      required: true,
      description: 'Random, new for each new request; the same key again gives the first answer',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    }),
    CheckedHeader(),
  );
