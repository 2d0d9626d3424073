import { AppError, type Json } from '@liaison/kernel';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Query parameters of a list. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({
    description: '`next` of the page before; its content may change',
    maxLength: 1024,
    example: 'WyIyMDI2LTExLTE4VDA5OjQyOjE4LjAxMVoiXQ',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  cursor?: string;
}

/** A query parameter that is `true` or `false`. */
export const QueryFlag = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    IsBoolean(),
  );

/** One page; `next` is the cursor of the one after it, null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A page from `limit + 1` rows: the extra one only tells that there are more. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => T,
  cursor: (last: Row) => Json,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => item(row)),
    next: rows.length > limit && last !== undefined ? encodeCursor(cursor(last)) : null,
  };
}

/** Opaque to callers, but not secret: no personal data in it. */
export function encodeCursor(position: Json): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws AppError `cursor-invalid`, also when `check` says that it is no position of this list. */
export function decodeCursor<T extends Json>(cursor: string, check: (value: unknown) => value is T): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (!check(value)) throw invalid();
  return value;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;
/** As JavaScript and as PostgreSQL write one. */
const TIME = /^[T ]([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?(Z|[+-][01]\d(:?[0-5]\d)?)$/;

const isDay = (text: string): boolean => {
  const at = DAY.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

/** What the database takes for an instant: `Date.parse` takes much more. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && isDay(value.slice(0, 10)) && TIME.test(value.slice(10));

/** Positions for `decodeCursor`: of a list in the order of its ids, */
export const isIdPosition = (value: unknown): value is string =>
  typeof value === 'string' && UUID.test(value);

/** of one in the order of instants and ids, */
export const isInstantPosition = (value: unknown): value is [instant: string, id: string] =>
  isPair(value) && isInstant(value[0]);

/** of one in the order of days and ids. */
export const isDayPosition = (value: unknown): value is [day: string, id: string] =>
  isPair(value) && typeof value[0] === 'string' && isDay(value[0]);

const isPair = (value: unknown): value is readonly [unknown, string] =>
  Array.isArray(value) && value.length === 2 && isIdPosition(value[1]);

function invalid(): AppError {
  return new AppError(
    'cursor-invalid',
    'Take the cursor from `next` of an earlier page of this list, unchanged.',
  );
}
