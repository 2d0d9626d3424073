import type { ServiceName, System } from './system';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the service's own. */
  readonly url?: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One request as a demonstration account. Rejects only where there is no answer. */
export async function call<Body>(
  system: System,
  service: ServiceName,
  account: string,
  path: string,
  { method, body, headers, url, timeoutMs = 10_000 }: Call = {},
): Promise<Answer<Body>> {
  const response = await fetch(`${url ?? system.service(service).url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${await system.token(account)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : undefined) as Body,
  };
}
