import { AppError } from '@liaison/kernel';
import { getToken } from '@liaison/local-stack';
import { doesNotHold } from './claim';

const ANSWER_WITHIN_MS = 30_000;

export interface Call {
  readonly method?: 'GET' | 'POST';
  /** What the answer must be. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answer<T> {
  readonly body: T;
  readonly headers: Headers;
  /** When its head had come: monotonic, and by the clock. */
  readonly answered: { readonly monotonicMs: number; readonly at: Date };
}

/** Calls a service as one demonstration account. */
export interface Caller {
  readonly account: string;
  get<T>(path: string): Promise<T>;
  /** @throws AppError `walkthrough-failed` when the answer is another than expected */
  call<T>(path: string, call: Call): Promise<Answer<T>>;
}

/** @throws AppError `token-refused` */
export async function callerOf(issuer: string, account: string, url: string): Promise<Caller> {
  const token = await getToken(issuer, account);
  const call = async <T>(
    path: string,
    { method = 'GET', status = 200, headers, body }: Call,
  ): Promise<Answer<T>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw new AppError(
        'walkthrough-failed',
        `The walkthrough stopped: no answer from ${method} ${url}${path}. Look into the service's log.`,
        { cause },
      );
    });
    const answered = { monotonicMs: performance.now(), at: new Date() };
    if (response.status !== status) {
      const what = `${method} ${url}${path} as ${account} answers ${status}`;
      throw doesNotHold(what, `${response.status} ${await codeOf(response)}`.trim());
    }
    return { body: (await response.json()) as T, headers: response.headers, answered };
  };
  return { account, call, get: async <T>(path: string) => (await call<T>(path, {})).body };
}

async function codeOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  return problem.code ?? '';
}
