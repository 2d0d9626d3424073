import type { OpenAPIObject } from '@nestjs/swagger';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Every operation of a document with its name, such as `GET /v1/notices`. @typeParam T the part of it that is looked at */
export function operationsOf<T>(document: OpenAPIObject): readonly (readonly [name: string, operation: T])[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) =>
      methods[method] ? [[`${method.toUpperCase()} ${path}`, methods[method] as T] as const] : [],
    ),
  );
}
