import { STEP_KINDS } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { ID, INSTANT } from '../dto';
import {
  SAID_STATUSES,
  type SaidStatus,
  type SaidStep,
  STEP_ORIGINS,
  type StepKind,
  type StepOrigin,
} from './steps';

export class StepOriginView {
  @ApiProperty({ enum: STEP_ORIGINS, example: 'support-report' })
  from: StepOrigin;

  @ApiProperty({ ...ID, description: 'Of the document that says so' })
  id: string;

  @ApiProperty({ example: 'asso-refuge', description: 'Who says so' })
  agency: string;

  @ApiProperty({ ...INSTANT, description: 'When it was written or received here' })
  at: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'support@1',
    description: 'Under which it was shared; null: your agency’s own word',
  })
  convention: string | null;
}

/** One word about one step. Two agencies that say different things of a step are two of them. */
export class CaseStep implements SaidStep {
  @ApiProperty({ enum: STEP_KINDS, example: 'lodging' })
  kind: StepKind;

  @ApiProperty({ enum: SAID_STATUSES, example: 'undertaken' })
  status: SaidStatus;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    example: '2026-11-12',
    description: 'On which day, or since when',
  })
  on: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'As its author says; never a shelter',
  })
  organisation: string | null;

  @ApiProperty({ type: StepOriginView })
  origin: StepOriginView;
}

export class CaseSteps {
  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty({ type: [CaseStep], description: 'The newest word first' })
  items: readonly CaseStep[];
}
