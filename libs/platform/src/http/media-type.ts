import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { RequestHandler } from 'express';

/** Whose body is a file: what it is, its content says. */
const FILES = /^\/v1\/notices\/[^/]+\/attachments$/;

/** A body is JSON or nothing, but for files: the parser would pass over any other kind in silence. */
export const requireJson: RequestHandler = (request, _response, next) => {
  if (request.method === 'POST' && FILES.test(request.path)) return next();
  // `is` gives null where there is no body; browsers and `fetch` announce one of no bytes.
  const empty = request.headers['content-length'] === '0';
  next(!empty && request.is('application/json') === false ? new UnsupportedMediaTypeException() : undefined);
};
