import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { RequestHandler } from 'express';

/** A body is JSON or nothing: the parser would pass over any other kind in silence. */
export const requireJson: RequestHandler = (request, _response, next) => {
  // `is` gives null where there is no body; browsers and `fetch` announce one of no bytes.
  const empty = request.headers['content-length'] === '0';
  next(!empty && request.is('application/json') === false ? new UnsupportedMediaTypeException() : undefined);
};
