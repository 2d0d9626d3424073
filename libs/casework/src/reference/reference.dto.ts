import { CODE_LISTS, type CodeList } from '@liaison/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { COMMUNE_KINDS, type CommuneKind } from './code-lists';

export class ReferencePath {
  @ApiProperty({ enum: CODE_LISTS, example: 'communes' })
  @IsIn(CODE_LISTS)
  list: CodeList;
}

export class ReferenceQueryParams {
  @ApiPropertyOptional({
    description:
      'A code, a postal code, or a part of a name; accents, case and hyphens do not count. Absent: everything',
    example: 'saint-étienne',
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  q?: string;

  @ApiPropertyOptional({ description: 'Of communes: those of this département', example: '42' })
  @IsOptional()
  @Matches(/^(\d{2,3}|2[AB])$/, { message: '$property must be the INSEE code of a département' })
  departement?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 300, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(300)
  limit: number = 20;
}

export class ReferenceItem {
  @ApiProperty({ example: '42218', description: 'What a notice holds' })
  code: string;

  @ApiProperty({ example: 'Saint-Étienne', description: 'In French where there is a French name' })
  name: string;

  @ApiPropertyOptional({ example: 'fra', description: 'Of a language: its code of three letters' })
  alsoCode?: string;

  @ApiPropertyOptional({
    enum: COMMUNE_KINDS,
    description: '`deleguee`, `associee`: a part of a commune that was one before',
  })
  kind?: CommuneKind;

  @ApiPropertyOptional({ example: '42', description: 'Of a commune' })
  departement?: string;

  @ApiPropertyOptional({ type: [String], example: ['42000', '42100'], description: 'Of a commune' })
  postalCodes?: readonly string[];
}

export class ReferenceItems {
  @ApiProperty({ type: [ReferenceItem], description: 'The best first' })
  items: readonly ReferenceItem[];
}
