import { SHELTER_ENDS, type ShelterEnd } from '@liaison/placement';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { ID, OWN_CASE, VERSION } from './dto';

const DAY = { format: 'date', example: '2026-11-18' };

export class ShelterChildBody {
  @ApiProperty(OWN_CASE)
  @IsUUID()
  caseId: string;

  @ApiPropertyOptional({ ...DAY, description: 'Its first day; absent: today' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
    message: '$property must be a day, YYYY-MM-DD',
  })
  from?: string;
}

export class EndShelterBody {
  @ApiProperty({ enum: SHELTER_ENDS, example: 'placed' })
  @IsIn(SHELTER_ENDS)
  reason: ShelterEnd;
}

export class ShelterState {
  @ApiProperty({ ...ID, description: 'Of the provisional shelter' })
  id: string;

  @ApiProperty(DAY)
  from: string;

  @ApiProperty({ ...DAY, example: '2026-11-22' })
  lastDay: string;

  @ApiProperty({ example: 0, description: 'Twice at most (CASF R221-11)' })
  extensions: number;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  endedOn: string | null;

  @ApiProperty({ enum: SHELTER_ENDS, type: String, nullable: true, example: null })
  reason: ShelterEnd | null;

  @ApiProperty(VERSION)
  version: number;
}
