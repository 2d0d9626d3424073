import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type {
  AnswerOf,
  Arguments,
  ItemOf,
  Method,
  OperationOf,
  PagedPathsOf,
  PathsOf,
  RequestOf,
} from './operation';
import { LiaisonProblem, LiaisonUnreachable } from './problem';
import { type Failure, RETRIES, type Retries, retryAfter, retryAfterMs } from './retrying';

export interface ClientOptions {
  /** Of the agency's own service, such as `https://liaison.example.org`. */
  readonly url: string;
  /** A bearer token of the agency's provider: asked for before each attempt, so keep one until it ends. */
  readonly token: () => string | Promise<string>;
  /** Of one attempt. Default 30,000. */
  readonly timeoutMs?: number;
  readonly retries?: Partial<Retries>;
}

export class Answer<Body> {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly body: Body,
  ) {}

  /**
   * Version of what was read or changed: `ifMatch` of the next change.
   * @throws Error where the answer has none: lists, and what is never changed
   */
  get etag(): string {
    const etag = this.headers.get('etag');
    if (etag === null)
      throw new Error('This answer has no version: read the one record that you mean to change.');
    return etag;
  }
}

/** A request, whatever its operation. */
interface AnyRequest {
  readonly path?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** On top of `timeoutMs`: how long the service was told to wait. */
  readonly waitMs?: number;
}

/** The part of openapi-fetch that is used: paths, queries and bodies as the OpenAPI document has them. */
interface Transport {
  request(method: string, path: string, init: object): Promise<{ response: Response; error?: unknown }>;
}

/**
 * One service. Each method resolves with an answer that went well and rejects with `LiaisonProblem` or
 * `LiaisonUnreachable`. Reads, and commands that take an idempotency key, are asked again by themselves, under the same key;
 * a command without one only when it was certainly not taken (429).
 * @typeParam Paths the generated ones
 */
export class LiaisonClient<Paths> {
  private readonly transport: Transport;
  private readonly timeoutMs: number;
  private readonly retries: Retries;

  /** @param keyed operations that take an idempotency key, such as `POST /v1/notices/{id}/issue` */
  constructor(
    private readonly options: ClientOptions,
    private readonly keyed: ReadonlySet<string>,
  ) {
    // A redirection could carry the token elsewhere; no service sends one.
    this.transport = createClient({
      baseUrl: options.url,
      redirect: 'error',
      bodySerializer: (body: unknown) => (body instanceof Blob ? body : JSON.stringify(body)),
    }) as unknown as Transport;
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.retries = { ...RETRIES, ...options.retries };
  }

  get<P extends PathsOf<Paths, 'get'> & keyof Paths>(
    path: P,
    ...[request]: Arguments<RequestOf<OperationOf<Paths, P, 'get'>>>
  ): Promise<Answer<AnswerOf<OperationOf<Paths, P, 'get'>>>> {
    return this.call('get', path, request);
  }

  post<P extends PathsOf<Paths, 'post'> & keyof Paths>(
    path: P,
    ...[request]: Arguments<RequestOf<OperationOf<Paths, P, 'post'>>>
  ): Promise<Answer<AnswerOf<OperationOf<Paths, P, 'post'>>>> {
    return this.call('post', path, request);
  }

  put<P extends PathsOf<Paths, 'put'> & keyof Paths>(
    path: P,
    ...[request]: Arguments<RequestOf<OperationOf<Paths, P, 'put'>>>
  ): Promise<Answer<AnswerOf<OperationOf<Paths, P, 'put'>>>> {
    return this.call('put', path, request);
  }

  delete<P extends PathsOf<Paths, 'delete'> & keyof Paths>(
    path: P,
    ...[request]: Arguments<RequestOf<OperationOf<Paths, P, 'delete'>>>
  ): Promise<Answer<AnswerOf<OperationOf<Paths, P, 'delete'>>>> {
    return this.call('delete', path, request);
  }

  /** Every item of a list, page after page, each asked for when the one before it is used up. */
  async *items<P extends PagedPathsOf<Paths> & keyof Paths>(
    path: P,
    ...[request]: Arguments<RequestOf<OperationOf<Paths, P, 'get'>>>
  ): AsyncGenerator<ItemOf<AnswerOf<OperationOf<Paths, P, 'get'>>>, void, void> {
    type Item = ItemOf<AnswerOf<OperationOf<Paths, P, 'get'>>>;
    const first = (request ?? {}) as AnyRequest;
    let cursor: string | null | undefined;
    do {
      const query = { ...first.query, ...(cursor !== undefined && { cursor }) };
      const { body } = await this.call<{ items: readonly Item[]; next: string | null }>('get', path, {
        ...first,
        query,
      });
      yield* body.items;
      cursor = body.next;
    } while (cursor !== null);
  }

  protected async call<Body>(method: Method, path: string, request: unknown = {}): Promise<Answer<Body>> {
    const { idempotencyKey, ...rest } = request as AnyRequest;
    const operation = `${method.toUpperCase()} ${path}`;
    const key = idempotencyKey ?? (this.keyed.has(operation) ? randomUUID() : undefined);
    const asked = { operation, idempotencyKey: key };
    const repeatable = method === 'get' || this.keyed.has(operation);

    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt<Body>(method, path, { ...rest, idempotencyKey: key });
      if ('answer' in outcome) return outcome.answer;
      rest.signal?.throwIfAborted();
      const delay = retryAfter(outcome, attempt, repeatable, this.retries, Math.random());
      if (delay === undefined) {
        throw outcome.status === undefined
          ? new LiaisonUnreachable(asked, outcome.cause)
          : new LiaisonProblem(asked, outcome.status, outcome.cause);
      }
      await pause(delay, undefined, { signal: rest.signal });
    }
  }

  /** Rejects only where there is no token. */
  private async attempt<Body>(
    method: Method,
    path: string,
    { path: ids, query, body, ifMatch, idempotencyKey, signal, waitMs = 0 }: AnyRequest,
  ): Promise<{ answer: Answer<Body> } | (Failure & { cause: unknown })> {
    const headers = {
      authorization: `Bearer ${await this.options.token()}`,
      ...(body instanceof Blob && { 'content-type': body.type }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const limit = AbortSignal.timeout(this.timeoutMs + waitMs);
    try {
      const { response, error } = await this.transport.request(method, path, {
        params: { path: ids, query },
        headers,
        body,
        parseAs: 'stream',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      if (response.ok)
        return { answer: new Answer(response.status, response.headers, (await bodyOf(response)) as Body) };
      const wanted = retryAfterMs(response.headers.get('retry-after'), new Date());
      return { status: response.status, retryAfterMs: wanted, cause: error };
    } catch (cause) {
      return { cause };
    }
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 204) return undefined;
  if (/^application\/([\w.-]+\+)?json\b/.test(type)) return response.json();
  return type.startsWith('text/') ? response.text() : response.blob();
}
