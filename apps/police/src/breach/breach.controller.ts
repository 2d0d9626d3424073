import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  type Identity,
  type Page,
  pageOf,
  PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import type { Json } from '@liaison/kernel';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import type { DataSource } from 'typeorm';
import { READERS } from '../roles';

const DAY = { format: 'date', type: String, nullable: true, example: '2026-11-16' };
const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };

export class ListBreachesQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Only those that are, or are not, remedied' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  remedied?: boolean;
}

/** Nothing about the person: the notice leads there. */
export class BreachItem {
  @ApiProperty({ ...ID, description: 'The notice that signalled the person' })
  noticeId: string;

  @ApiProperty(ID)
  breach: string;

  @ApiProperty({ example: 'prefecture-75', description: 'Who reported it' })
  agency: string;

  @ApiProperty({ type: String, nullable: true, example: 'removal-ordered' })
  measure: string | null;

  @ApiProperty(DAY)
  takenOn: string | null;

  @ApiProperty({ ...DAY, example: '2026-11-10' })
  periodFrom: string | null;

  @ApiProperty({ ...DAY, example: '2026-12-10' })
  periodUntil: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'CESEDA R425-2' })
  article: string | null;

  @ApiProperty({ type: String, nullable: true, example: '75' })
  departement: string | null;

  @ApiProperty({ ...DAY, example: null, description: 'Null while the measure stands' })
  remediedOn: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T10:15:02.110Z' })
  receivedAt: string;
}

export class BreachPage {
  @ApiProperty({ type: [BreachItem] })
  items: readonly BreachItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

/** Removal measures during the reflection periods of persons whom the caller's unit signalled. */
@ApiTags('breaches')
@Controller('v1/breaches')
export class BreachController {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  @Get()
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'Breaches of reflection periods, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: BreachPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(
    @CurrentIdentity() identity: Identity,
    @Query() { cursor, limit, remedied }: ListBreachesQuery,
  ): Promise<Page<BreachItem>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isPosition);
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<BreachItem[]>(LIST, [
        identity.unit,
        remedied ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit + 1,
      ]),
    );
    return pageOf(
      rows,
      limit,
      (row) => ({ ...row, receivedAt: new Date(row.receivedAt).toISOString() }),
      ({ receivedAt, breach }) => [new Date(receivedAt).toISOString(), breach],
    );
  }
}

const LIST = `
SELECT b.notice_id AS "noticeId", b.breach_id AS breach, b.agency, b.measure, b.taken_on::text AS "takenOn",
       b.period_from::text AS "periodFrom", b.period_until::text AS "periodUntil", b.article, b.departement,
       b.remedied_on::text AS "remediedOn", date_trunc('milliseconds', b.received_at) AS "receivedAt"
  FROM police.breach b JOIN police.notice n ON n.id = b.notice_id
 WHERE n.unit = $1 AND ($2::boolean IS NULL OR $2 = (b.remedied_on IS NOT NULL))
   AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', b.received_at), b.breach_id) < ($3, $4::uuid))
 ORDER BY date_trunc('milliseconds', b.received_at) DESC, b.breach_id DESC LIMIT $5`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isPosition = (value: unknown): value is Json & readonly [string, string] =>
  Array.isArray(value) &&
  value.length === 2 &&
  !Number.isNaN(Date.parse(String(value[0]))) &&
  UUID.test(String(value[1]));
