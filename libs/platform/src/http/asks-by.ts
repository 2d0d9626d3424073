import 'reflect-metadata';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { ApiProblems } from '../problem/api-problems';

const ASKS_BY = 'liaison:asks-by';
/** Of an operation in OpenAPI: on which fields its parameters, its order, its counts and its columns rest. */
export const ASKS_BY_EXTENSION = 'x-asks-by';

/** Any field: the caller names it. */
export const ANY_FIELD = '*';

/** What a question over many cases rests on. Paths are those of the type's description. */
export interface AskedFields {
  /** Event type or held record, as conventions name it. */
  readonly of: string;
  /** Of the agency's own records. */
  readonly purpose?: string;
  /** By parameter of the query. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** What the order of the answer tells. */
  readonly sorts?: readonly string[];
  readonly counts?: readonly string[];
  /** What stands in each item. */
  readonly lists?: readonly string[];
  /**
   * Where each document has rules of its own (it came from others, or its facts differ): the reader leaves out those in
   * which a field is closed. Absent: the agency's own records, of which the whole question is refused.
   */
  readonly eachDecides?: true;
}

/**
 * The route lists, sorts, filters, searches or counts by fields of a person's record. What a role may not read whole, it may
 * not ask by: that would tell it all the same. `QueryGate` holds the route to it before its handler runs; a parameter of
 * which nothing is said here has to stand on the list of `tools/personal-data.spec.ts`.
 */
export const AsksBy = (asked: AskedFields): MethodDecorator =>
  applyDecorators(
    SetMetadata(ASKS_BY, asked),
    ApiExtension(ASKS_BY_EXTENSION, asked),
    ApiProblems({ 403: ['role-missing', 'field-not-queryable'] }),
  );

export function askedFieldsOf(handler: object): AskedFields | undefined {
  return Reflect.getMetadata(ASKS_BY, handler) as AskedFields | undefined;
}
