import { Logger, type ArgumentsHost } from '@nestjs/common';
import type { Response } from 'express';
import { correlation } from '../logging/correlation';
import type { Problem } from './problem';

const logger = new Logger('Problem');

/** Answers the request with the problem. What the caller is not told (5xx) is logged with its cause. */
export function sendProblem(host: ArgumentsHost, problem: Problem, cause: unknown): void {
  // A broker message has nobody to answer: the transport decides what to do with the failure.
  if (host.getType() !== 'http') throw cause;
  if (problem.status >= 500) logger.error({ code: problem.code, err: cause });
  writeProblem(host.switchToHttp().getResponse<Response>(), problem);
}

/** The same outside of Nest's exception handling; does nothing once an answer has begun. */
export function writeProblem(response: Response, problem: Problem): void {
  if (response.headersSent) return;
  if (problem.status === 401) response.setHeader('WWW-Authenticate', challenge(problem.code));
  if (problem.status === 503) response.setHeader('Retry-After', '1');
  const correlationId = correlation.getStore()?.correlationId;
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem, ...(correlationId && { correlationId }) }));
}

/** RFC 6750: no error code when there was no token. */
function challenge(code: string): string {
  return code === 'token-missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}
