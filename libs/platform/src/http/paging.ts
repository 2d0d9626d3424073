import { AppError, type Json } from '@liaison/kernel';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

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

function invalid(): AppError {
  return new AppError(
    'cursor-invalid',
    'Take the cursor from `next` of an earlier page of this list, unchanged.',
  );
}
