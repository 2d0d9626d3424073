/** Types of requests and answers, as the generated paths of a service have them. */

export type Method = 'get' | 'put' | 'post' | 'delete';

/** Paths with an operation of that method. */
export type PathsOf<Paths, M extends Method> = {
  [P in keyof Paths]: Paths[P] extends Record<M, { readonly responses: unknown }> ? P : never;
}[keyof Paths] &
  string;

export type OperationOf<Paths, P extends keyof Paths, M extends Method> = M extends keyof Paths[P]
  ? Paths[P][M]
  : never;

/** One member of an operation under a name of its own, as optional as it is there; nothing where there is none. */
type Member<Source, Key extends string, Name extends string> = Key extends keyof Source
  ? Source extends Record<Key, infer Value>
    ? { readonly [N in Name]: Value }
    : [Exclude<Source[Key], undefined>] extends [never]
      ? unknown
      : { readonly [N in Name]?: Exclude<Source[Key], undefined> }
  : unknown;

type HeaderOf<Parameters> = Parameters extends { readonly header?: infer Header } ? Header : never;

type Contents<Body> = Body extends { readonly content: infer Content } ? Content[keyof Content] : undefined;

type BodyOf<Operation> = Operation extends { readonly requestBody: infer Body }
  ? { readonly body: Contents<Body> }
  : Operation extends { readonly requestBody?: infer Body }
    ? [Exclude<Body, undefined>] extends [never]
      ? unknown
      : { readonly body?: Contents<Exclude<Body, undefined>> }
    : unknown;

type KeyOf<Header> = 'Idempotency-Key' extends keyof Header
  ? {
      /** Default: a new one for each call. Your own, kept with what you want done, lets you ask again after a crash. */
      readonly idempotencyKey?: string;
    }
  : unknown;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a call of an operation is given: `path`, `query`, `body`, `ifMatch` (an `etag` of an answer) as it wants them. */
export type RequestOf<Operation> = Operation extends { readonly parameters: infer Parameters }
  ? Member<Parameters, 'path', 'path'> &
      Member<Parameters, 'query', 'query'> &
      Member<HeaderOf<Parameters>, 'If-Match', 'ifMatch'> &
      KeyOf<HeaderOf<Parameters>> &
      BodyOf<Operation> &
      CallOptions
  : never;

/** The request may be left out where nothing in it is needed. */
export type Arguments<Request> = object extends Request ? [request?: Request] : [request: Request];

/** Body of an answer that went well: JSON as its type, documents as `Blob`, `undefined` where there is none. */
export type AnswerOf<Operation> = Operation extends { readonly responses: infer Responses }
  ? { [Status in keyof Responses]: Contents<Responses[Status]> }[keyof Responses]
  : never;

/** Paths of lists that come in pages. */
export type PagedPathsOf<Paths> = {
  [P in PathsOf<Paths, 'get'> & keyof Paths]: RequestOf<OperationOf<Paths, P, 'get'>> extends {
    readonly query?: infer Query;
  }
    ? 'cursor' extends keyof Exclude<Query, undefined>
      ? P
      : never
    : never;
}[PathsOf<Paths, 'get'> & keyof Paths] &
  string;

export type ItemOf<Page> = Page extends { readonly items: readonly (infer Item)[] } ? Item : never;
