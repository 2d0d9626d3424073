import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';

const STATES = ['not-received', 'not-disclosed'] as const;
const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NULLABLE = { type: String, nullable: true } as const;

export class UnpairedQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'police-75', description: 'Either side' })
  @IsOptional()
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be an id of the directory' })
  agency?: string;

  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];
}

/** A record whose other side has not come. */
export class UnpairedItem {
  @ApiProperty({ ...ID, description: 'The record that is there' })
  id: string;

  @ApiProperty({
    enum: STATES,
    description:
      '`not-received`: disclosed, and its recipient has recorded nothing of it. `not-disclosed`: received, and its sender has not recorded that it disclosed it',
  })
  state: string;

  @ApiProperty({ example: 'police-75', description: 'Who wrote it' })
  agency: string;

  @ApiProperty({ ...NULLABLE, example: 'prefecture-75', description: 'Whose record is missing' })
  counterpart: string | null;

  @ApiProperty({ example: 'disclosure' })
  kind: string;

  @ApiProperty({ ...ID, ...NULLABLE })
  reference: string | null;

  @ApiProperty({ ...ID, ...NULLABLE })
  eventId: string | null;

  @ApiProperty({ ...NULLABLE, example: 'police-prefecture@1' })
  convention: string | null;

  @ApiProperty({ ...INSTANT, description: 'When it was done' })
  at: string;

  @ApiProperty({ ...INSTANT, description: 'When the log had it' })
  appendedAt: string;
}

export class UnpairedPage {
  @ApiProperty({ type: [UnpairedItem] })
  items: readonly UnpairedItem[];

  @ApiProperty({ ...NULLABLE, description: '`cursor` of the next page' })
  next: string | null;
}
