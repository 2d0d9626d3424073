import type { NoticeStanding } from '@liaison/casework';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import {
  DESPITE,
  type DespiteView,
  ID,
  INSTANT,
  IsDespite,
  IsLine,
  NOTICE_STANDING,
  NOTICE_STANDING_REASON,
  VERSION,
} from '../dto';
import { EXTRACT_STATES, type ExtractState, type Subject, SUBJECTS } from './extract';

const SUBJECT = { enum: SUBJECTS, example: 'notice' };
const STATE = { enum: EXTRACT_STATES, example: 'prepared' };

export class PrepareExtractBody {
  @ApiProperty(SUBJECT)
  @IsIn(SUBJECTS)
  subject: Subject;

  @ApiProperty({ ...ID, description: 'Of the notice, the reflection period or the application' })
  @IsUUID()
  id: string;

  @IsDespite()
  despite?: string;
}

export class HandOverExtractBody {
  @IsDespite()
  despite?: string;
}

export class RefuseExtractBody {
  @ApiProperty({
    description: 'What AGDREF’s operators said',
    example: 'Nationality missing',
    maxLength: 200,
  })
  @IsLine(200)
  reason: string;
}

export class ListExtractsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: EXTRACT_STATES })
  @IsOptional()
  @IsIn(EXTRACT_STATES)
  state?: ExtractState;
}

export class ExtractContentQuery {
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** Nothing about the person. */
export class ExtractItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(SUBJECT)
  subject: Subject;

  @ApiProperty(ID)
  subjectId: string;

  @ApiProperty({
    description: 'Version of the notice as you count, or of the state of the decision',
    example: 1,
  })
  subjectVersion: number;

  @ApiProperty({ description: 'SHA-256 (hex) of the JSON', example: 'a'.repeat(64) })
  digest: string;

  @ApiProperty(INSTANT)
  preparedAt: string;

  @ApiProperty(STATE)
  state: ExtractState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  settledAt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the refusal', example: null })
  reason: string | null;

  @ApiProperty(NOTICE_STANDING)
  noticeStanding: NoticeStanding | null;

  @ApiProperty(NOTICE_STANDING_REASON)
  noticeStandingReason: string | null;

  @ApiProperty(DESPITE)
  despite: DespiteView | null;
}

export class ExtractPage {
  @ApiProperty({ type: [ExtractItem] })
  items: readonly ExtractItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
