import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from '../http/operations';
import { Problem } from './problem';

const MEDIA_TYPE = 'application/problem+json';
const EXAMPLES = '#/components/examples/';
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' as const }, example: 1 },
};

type ProblemResponse = ReturnType<typeof problemResponse>;
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: unknown;
  readonly security?: unknown;
  readonly responses: Record<string, Partial<ProblemResponse>>;
}

/** Documents which codes of problems a route answers with, by status; what many routes answer is added to each. */
export const ApiProblems = (codes: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(codes).map(([status, named]) =>
      ApiResponse({ status: Number(status), ...problemResponse(status, named) }),
    ),
  );

function problemResponse(status: string, codes: readonly string[]) {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...(status === '429' || status === '503' ? { headers: RETRY_AFTER } : {}),
    content: {
      [MEDIA_TYPE]: {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `${EXAMPLES}${status}.${code}` }])),
      },
    },
  };
}

/** What the platform answers before a route is reached, or in its place. */
function commonProblems({
  parameters = [],
  requestBody,
  security,
}: Operation): Record<string, readonly string[]> {
  const header = (name: string) => parameters.find((each) => each.in === 'header' && each.name === name);
  const key = header('Idempotency-Key');
  const ifMatch = header('If-Match');
  return {
    ...((parameters.length > 0 || requestBody !== undefined) && {
      400: ['invalid-request', ...(key ? ['idempotency-key-missing', 'idempotency-key-invalid'] : [])],
    }),
    ...(key && { 422: ['idempotency-key-reused'] }),
    ...(ifMatch && { 412: ['precondition-failed'] }),
    ...(ifMatch?.required && { 428: ['precondition-required'] }),
    ...(security !== undefined && {
      401: ['token-missing', 'token-invalid', 'token-expired'],
      403: ['wrong-agency', 'role-missing'],
    }),
    ...(requestBody !== undefined && { 413: ['body-too-large'], 415: ['unsupported-media-type'] }),
    429: ['rate-limited'],
    431: ['headers-too-large'],
    500: ['internal-error'],
    503: ['temporarily-unavailable', 'request-timeout', 'identity-provider-unreachable'],
  };
}

/** Adds the common problems to every operation of a document, and an example of each problem that it names. */
export function addProblems(document: OpenAPIObject): void {
  for (const [, operation] of operationsOf<Operation>(document)) {
    for (const [status, codes] of Object.entries(commonProblems(operation))) {
      const declared = Object.keys(operation.responses[status]?.content?.[MEDIA_TYPE]?.examples ?? {});
      operation.responses[status] = problemResponse(status, [...new Set([...declared, ...codes])]);
    }
  }
  const named = JSON.stringify(document.paths).matchAll(/"#\/components\/examples\/(\d+)\.([\w-]+)"/g);
  const examples = new Map(
    [...named].map(([, status = '', code = '']) => [`${status}.${code}`, exampleOf(status, code)]),
  );
  document.components = { ...document.components, examples: Object.fromEntries([...examples].sort()) };
}

function exampleOf(status: string, code: string): { readonly value: Problem } {
  return {
    value: {
      type: `urn:liaison:problem:${code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status: Number(status),
      code,
      correlationId: '0d4f0c1e-6a0b-4f4e-9f57-2a9a4f3f6c11',
    },
  };
}
