import { STATUS_CODES } from 'node:http';
import { AppError } from '@liaison/kernel';
import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../database/database-errors';
import type { StatusByCode } from './error-status';
import type { Problem } from './problem';

/** Codes that the platform itself throws; a controller's `@ErrorStatus` comes before them. */
const PLATFORM_STATUS: StatusByCode = {
  'invalid-request': 400,
  'cursor-invalid': 400,
  'idempotency-key-missing': 400,
  'idempotency-key-invalid': 400,
  'token-missing': 401,
  'token-invalid': 401,
  'token-expired': 401,
  'wrong-agency': 403,
  'role-missing': 403,
  'field-not-queryable': 403,
  'route-not-declared': 403,
  'precondition-failed': 412,
  'idempotency-key-reused': 422,
  'precondition-required': 428,
  'rate-limited': 429,
  'idempotency-key-expired': 503,
  'identity-provider-unreachable': 503,
  'request-timeout': 503,
};

/** What express and Nest themselves refuse: their messages may quote the request, so ours replace them. */
const FRAMEWORK: Readonly<Record<number, { readonly code: string; readonly detail: string }>> = {
  400: {
    code: 'invalid-request',
    detail: 'The request cannot be read: send well-formed JSON and parameters.',
  },
  404: { code: 'not-found', detail: 'There is nothing at this address.' },
  405: { code: 'method-not-allowed', detail: 'This address does not take this method.' },
  413: { code: 'body-too-large', detail: 'The body is too large: send 1 MiB at most.' },
  415: {
    code: 'unsupported-media-type',
    detail: 'Send the body as application/json in UTF-8, uncompressed.',
  },
};

const INTERNAL = {
  code: 'internal-error',
  detail: 'It did not work and it is not your fault. Quote the correlation id.',
};
const UNAVAILABLE = {
  code: 'temporarily-unavailable',
  detail: 'The service cannot reach its database. Try again.',
};

/** What the caller is told of a failure: nothing internal, no values. */
export function problemOf(error: unknown, statuses: StatusByCode = {}): Problem {
  if (error instanceof AppError) {
    const status = statuses[error.code] ?? PLATFORM_STATUS[error.code];
    if (status !== undefined) {
      const { fields } = error.options;
      const errors = fields && Object.entries(fields).map(([pointer, detail]) => ({ pointer, detail }));
      return problem(status, error.code, error.message, errors);
    }
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    const known = FRAMEWORK[status];
    return problem(status, known?.code ?? 'invalid-request', known?.detail);
  }
  if (isDatabaseUnavailable(error)) return problem(503, UNAVAILABLE.code, UNAVAILABLE.detail);
  return problem(500, INTERNAL.code, INTERNAL.detail);
}

function problem(status: number, code: string, detail?: string, errors?: Problem['errors']): Problem {
  return {
    type: `urn:liaison:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(errors && { errors }),
  };
}
