import { AppError } from '@liaison/kernel';
import type { RequestHandler } from 'express';
import { problemOf } from '../problem/problem-of';
import { writeProblem } from '../problem/send-problem';

const LATE = problemOf(
  new AppError('request-timeout', 'The service was too slow. Ask whether it was done, then try again.'),
);

/** 503 to a request that has no answer in time. What it began is not undone; the database has its own time limits. */
export function answerInTime(timeoutMs: number): RequestHandler {
  return (_request, response, next) => {
    response.setTimeout(timeoutMs, () => writeProblem(response, LATE));
    next();
  };
}
