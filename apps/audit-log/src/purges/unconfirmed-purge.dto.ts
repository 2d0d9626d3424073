import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, MaxLength } from 'class-validator';

const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };

export class UnconfirmedPurgeQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'prefecture-75', description: 'Who told, or who was told' })
  @IsOptional()
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be an id of the directory' })
  agency?: string;
}

export class UnconfirmedPurgeItem {
  @ApiProperty({ ...ID, description: 'The record of whoever told' })
  id: string;

  @ApiProperty({ ...ID, description: 'The order, as both sides name it' })
  revocation: string;

  @ApiProperty({ example: 'police-75', description: 'Who told' })
  agency: string;

  @ApiProperty({ example: 'prefecture-75', description: 'Who has not said that it purged' })
  counterpart: string;

  @ApiProperty({ ...ID, description: 'The case, as both sides call it' })
  reference: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T09:42:18.011Z' })
  at: string;
}

export class UnconfirmedPurgePage {
  @ApiProperty({ type: [UnconfirmedPurgeItem] })
  items: readonly UnconfirmedPurgeItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page' })
  next: string | null;
}
