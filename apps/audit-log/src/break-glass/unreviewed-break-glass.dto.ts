import { BREAK_GLASS_GROUNDS } from '@liaison/contracts';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, MaxLength } from 'class-validator';

const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };

export class UnreviewedBreakGlassQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'prefecture-75', description: 'Who opened, or whose case it was' })
  @IsOptional()
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be an id of the directory' })
  agency?: string;
}

export class UnreviewedBreakGlassItem {
  @ApiProperty({ ...ID, description: 'The record of the opening' })
  id: string;

  @ApiProperty({ ...ID, description: 'The opening, as both sides name it' })
  opening: string;

  @ApiProperty({ example: 'prefecture-75', description: 'Who opened' })
  agency: string;

  @ApiProperty({ type: String, nullable: true, example: 'police-75', description: 'Whose case it was' })
  counterpart: string | null;

  @ApiProperty({ ...ID, description: 'The case, as both sides call it' })
  reference: string;

  @ApiProperty({ enum: BREAK_GLASS_GROUNDS, nullable: true, example: 'danger-to-life' })
  ground: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T09:42:18.011Z' })
  at: string;
}

export class UnreviewedBreakGlassPage {
  @ApiProperty({ type: [UnreviewedBreakGlassItem] })
  items: readonly UnreviewedBreakGlassItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page' })
  next: string | null;
}
