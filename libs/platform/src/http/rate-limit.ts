import { AppError } from '@liaison/kernel';
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { bearerToken } from '../identity/bearer-token';
import type { TokenVerifier } from '../identity/token-verifier';

const UNLIMITED = /^\/(health\/(live|ready)|metrics)$/;

/**
 * Requests a minute, counted per subject once the token has been verified, before that per address (made-up tokens buy
 * nothing). In this process's memory.
 */
export function subjectRateLimit(perMinute: number, verifier: TokenVerifier): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: (request) => UNLIMITED.test(request.path),
    keyGenerator: (request) => {
      const token = bearerToken(request);
      const identity = token === undefined ? undefined : verifier.findVerified(token);
      return identity ? `subject ${identity.pseudonym}` : `address ${ipKeyGenerator(request.ip ?? '')}`;
    },
    handler: (_request, _response, next) => {
      next(new AppError('rate-limited', 'Too many requests: wait until the time in Retry-After.'));
    },
  });
}
