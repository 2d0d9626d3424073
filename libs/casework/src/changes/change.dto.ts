import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Longest long poll, in seconds: below the shortest timeout of a request that is sensible. */
export const LONGEST_WAIT = 25;

export class ListChangesQuery {
  @ApiPropertyOptional({
    description:
      '`next` of the answer before; `now` for what changes from now on; absent: from the oldest that is kept',
    maxLength: 256,
    example: 'now',
  })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  after?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 200 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 200;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_WAIT,
    default: 0,
    description: 'Seconds to wait for a first change where there is none',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT)
  wait: number = 0;
}

/** Nothing about a person: what it is now is read from its own route, through the policy. */
export class ChangeItem {
  @ApiProperty({ example: 'notice', description: 'Kind of record' })
  resource: string;

  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({ example: 'issued', description: 'What happened to it' })
  kind: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 2, description: 'Version of the record then' })
  version: number | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Case of this agency',
    example: null,
  })
  caseId: string | null;

  @ApiProperty({ example: 'brp' })
  unit: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T10:15:02.110Z' })
  at: string;
}

export class ChangePage {
  @ApiProperty({ type: [ChangeItem] })
  items: readonly ChangeItem[];

  @ApiProperty({
    description: '`after` of the next request, also where there was nothing',
    example: 'WyIwMTkzMmY1ZSJd',
  })
  next: string;
}
