import type { IncomingMessage } from 'node:http';

/** The bearer token of a request, unchecked. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}
