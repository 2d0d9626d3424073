import type { Page } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { NewestFirst, OfUnit } from './newest-first';

/** Of a page with contents: each is as large as a notice, and each is a recorded reading. */
const MOST = 50;
export const USUAL_CONTENTS = 20;

/**
 * `limit` of a query for contents, whose default is `USUAL_CONTENTS`: lower than that of a list of headers. All of its rules: one that a
 * class states of a property puts those of the class it extends out of force.
 */
export const ContentsLimit = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST, default: USUAL_CONTENTS }),
    IsOptional(),
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(MOST),
  );

/** `id` of a query for contents, as often as there are things to read: those that the change feed named, say. */
export const ContentsIds = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      maxItems: MOST,
      description: 'Only these, in the order of the list; one that is not yours to read is not in the answer',
      example: ['01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20'],
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => (value === undefined ? undefined : [value].flat())),
    ArrayMaxSize(MOST),
    Matches(UUID, { each: true, message: 'each value in $property must be an id of the list' }),
  );

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Of the rows of a page, what the reader may see, in the order of the list and one after the other: a transaction has one connection.
 * @param query of which rows, where it names some
 * @param show the single reading; undefined where it would answer that there is nothing
 */
export async function pageOfReadable<Row extends OfUnit, View>(
  list: NewestFirst<Row>,
  query: { readonly id?: readonly string[] },
  show: (row: Row) => Promise<View | undefined>,
): Promise<Page<View>> {
  if (query.id) list.asked.andWhere('it.id = ANY (:ids::uuid[])', { ids: query.id });
  const { items, next } = await list.page((row) => row);
  const shown: View[] = [];
  for (const row of items) {
    const view = await show(row);
    if (view !== undefined) shown.push(view);
  }
  return { items: shown, next };
}
