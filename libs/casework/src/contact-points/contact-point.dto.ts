import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, MaxLength } from 'class-validator';

const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const WORD_MESSAGE = { message: '$property must be lower-case words with dashes' };

export class ContactPointQueryParams {
  @ApiPropertyOptional({
    example: 'notices',
    maxLength: 63,
    description: 'What somebody is to be asked about',
  })
  @IsOptional()
  @MaxLength(63)
  @Matches(WORD, WORD_MESSAGE)
  purpose?: string;

  @ApiPropertyOptional({ example: 'prefecture', maxLength: 63, description: 'Only of agencies of this kind' })
  @IsOptional()
  @MaxLength(63)
  @Matches(WORD, WORD_MESSAGE)
  kind?: string;

  @ApiPropertyOptional({
    example: '75',
    description: 'Only of agencies that are competent for this département',
  })
  @IsOptional()
  @Matches(/^(\d{2,3}|2[AB])$/, { message: '$property must be the INSEE code of a département' })
  departement?: string;
}

export class ContactPointItem {
  @ApiProperty({ example: 'prefecture-75' })
  agency: string;

  @ApiProperty({ example: 'Préfecture de police de Paris' })
  agencyName: string;

  @ApiProperty({ example: 'prefecture' })
  kind: string;

  @ApiProperty({ example: 'notices' })
  purpose: string;

  @ApiProperty({ example: 'referent' })
  id: string;

  @ApiProperty({ example: 'Référent traite de la préfecture de Paris', description: 'A post, not a person' })
  name: string;
}

export class ContactPointList {
  @ApiProperty({ type: [ContactPointItem], description: 'By agency and purpose' })
  items: readonly ContactPointItem[];
}
