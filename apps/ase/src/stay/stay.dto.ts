import {
  FAMILY_PARTS,
  type FamilyPart,
  type Involvement,
  INVOLVEMENTS,
  STAY_ENDS,
  type StayEnd,
} from '@liaison/placement';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const DAY = { format: 'date', example: '2026-11-18' };
const INVOLVEMENT = {
  enum: INVOLVEMENTS,
  example: 'not-involved',
  description:
    'What was found when somebody checked whether they take part in the exploitation; you answer for it (R26)',
};
/** Entrusting the child to somebody needs a check, and has a route of its own. */
export const RECORDED_ENDS = ['ordinary-protection', 'other-place', 'order', 'adult'] as const;

export class AdmitBody {
  @ApiProperty({ ...ID, description: 'The placement request whose offer was accepted' })
  @IsUUID()
  request: string;

  @ApiPropertyOptional({ ...DAY, description: 'Its first day; absent: today' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
    message: '$property must be a day, YYYY-MM-DD',
  })
  from?: string;
}

export class RenewBody {
  @ApiPropertyOptional({
    description:
      'Of age, the person wants help to go on: asked for from the eighteenth birthday on (R17, CASF L222-5)',
    example: true,
  })
  @IsOptional()
  @IsBoolean()
  agrees?: boolean;
}

export class EndStayBody {
  @ApiProperty({ enum: RECORDED_ENDS, example: 'ordinary-protection' })
  @IsIn(RECORDED_ENDS)
  reason: (typeof RECORDED_ENDS)[number];
}

export class EntrustBody {
  @ApiProperty(INVOLVEMENT)
  @IsIn(INVOLVEMENTS)
  thirdParty: Involvement;
}

export class FamilyPartBody {
  @ApiProperty({ enum: FAMILY_PARTS, example: 'mediation' })
  @IsIn(FAMILY_PARTS)
  part: FamilyPart;

  @ApiProperty(INVOLVEMENT)
  @IsIn(INVOLVEMENTS)
  relative: Involvement;
}

export class StayState {
  @ApiProperty({ ...ID, description: 'Of the stay' })
  id: string;

  @ApiProperty({ ...ID, description: 'The placement request' })
  request: string;

  @ApiProperty({ ...ID, description: 'The child’s' })
  caseId: string;

  @ApiProperty(DAY)
  from: string;

  @ApiProperty({
    ...DAY,
    type: String,
    nullable: true,
    example: '2027-02-17',
    description: 'In a secure place: three months, renewed once (R27); nobody leaves because a term is over',
  })
  lastDay: string | null;

  @ApiProperty({ example: 0 })
  renewals: number;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  endedOn: string | null;

  @ApiProperty({ enum: STAY_ENDS, type: String, nullable: true, example: null })
  reason: StayEnd | null;

  @ApiProperty({ description: 'Number of the state, as in ETag', example: 1 })
  version: number;
}

export class FamilyPartItem {
  @ApiProperty({ enum: FAMILY_PARTS, example: 'visit' })
  part: FamilyPart;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:42:18.011Z' })
  allowedAt: string;

  @ApiProperty({ description: 'Pseudonym of whoever answers for the check', example: 'agent-4f1c' })
  by: string;
}

export class StayView extends StayState {
  @ApiProperty({ type: [FamilyPartItem] })
  familyParts: readonly FamilyPartItem[];
}

export class StayPage {
  @ApiProperty({ type: [StayState] })
  items: readonly StayState[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
