import type { NoticeStanding } from '@liaison/casework';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import {
  DAY,
  DESPITE,
  type DespiteView,
  HolderBody,
  ID,
  IsDay,
  IsDespite,
  NOTICE_STANDING,
  NOTICE_STANDING_REASON,
  VERSION,
} from '../dto';
import type { Holder } from '../holder';
import {
  APPEAL_OUTCOMES,
  type AppealOutcome,
  type Ground,
  GROUNDS,
  PERMIT_KINDS,
  PERMIT_STATES,
  type PermitKind,
  type PermitState,
  PROCEEDINGS_OUTCOMES,
  type ProceedingsOutcome,
  REFUSAL_REASONS,
  type RefusalReason,
  type Warning,
  WARNINGS,
  WITHDRAWAL_REASONS,
  type WithdrawalReason,
} from './permit';
import { type Condition, CONDITIONS, type Situation } from './proposal';

const GROUND = {
  enum: GROUNDS,
  description:
    '`cooperation`: complaint or testimony; `exceptional`, `exit-path`: without; `final-conviction`: resident card',
  example: 'cooperation',
};
const NO_DAY = { ...DAY, type: String, nullable: true, example: null };
const KIND = { enum: PERMIT_KINDS, example: 'temporary' };
const STATE = { enum: PERMIT_STATES, example: 'lodged' };

/** What is not said is not known. */
export class SituationBody implements Situation {
  @ApiPropertyOptional({ ...DAY, description: 'Complaint filed' })
  @IsOptional()
  @IsDay()
  complaintOn?: string;

  @ApiPropertyOptional({ ...DAY, description: 'Testimony given' })
  @IsOptional()
  @IsDay()
  testimonyOn?: string;

  @ApiPropertyOptional({ description: 'Every link with the authors is broken', example: true })
  @IsOptional()
  @IsBoolean()
  linksBroken?: boolean;

  @ApiPropertyOptional({ example: false })
  @IsOptional()
  @IsBoolean()
  fearOfReprisals?: boolean;

  @ApiPropertyOptional({ description: 'Elements show the situation of a victim', example: true })
  @IsOptional()
  @IsBoolean()
  victimElements?: boolean;

  @ApiPropertyOptional({ example: true })
  @IsOptional()
  @IsBoolean()
  reintegrationEfforts?: boolean;

  @ApiPropertyOptional({ ...DAY, description: 'Exit path authorised (CASF L121-9)' })
  @IsOptional()
  @IsDay()
  exitPathOn?: string;

  @ApiPropertyOptional({ example: true })
  @IsOptional()
  @IsBoolean()
  prostitutionCeased?: boolean;

  @ApiPropertyOptional({ example: false })
  @IsOptional()
  @IsBoolean()
  publicOrderThreat?: boolean;
}

export class LodgeApplicationBody {
  @ApiProperty(GROUND)
  @IsIn(GROUNDS)
  ground: Ground;

  @ApiPropertyOptional({ ...ID, description: 'The notice about the person, where one has come' })
  @IsOptional()
  @IsUUID()
  noticeId?: string;

  @ApiPropertyOptional({ ...ID, description: 'The permit to renew; absent: a first application' })
  @IsOptional()
  @IsUUID()
  renewalOf?: string;

  @ApiPropertyOptional({ ...DAY, description: 'Default: today' })
  @IsOptional()
  @IsDay()
  lodgedOn?: string;

  @ApiPropertyOptional({ type: HolderBody, description: 'Default: as before, or who the notice says' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => HolderBody)
  holder?: HolderBody;

  @ApiPropertyOptional({ type: SituationBody })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SituationBody)
  situation?: SituationBody;

  @IsDespite()
  despite?: string;
}

/** `on`: the legal day of the act. */
export class DatedBody {
  @ApiPropertyOptional({ ...DAY, description: 'Legal day of the act; default: today' })
  @IsOptional()
  @IsDay()
  on?: string;
}

export class GrantBody extends DatedBody {
  @ApiPropertyOptional({
    ...DAY,
    example: '2027-11-17',
    description: 'Last day; default: the least of the text',
  })
  @IsOptional()
  @IsDay()
  until?: string;
}

export class RefuseBody extends DatedBody {
  @ApiProperty({ enum: REFUSAL_REASONS, example: 'conditions-not-met' })
  @IsIn(REFUSAL_REASONS)
  reason: RefusalReason;
}

export class AppealDecisionBody extends DatedBody {
  @ApiProperty({
    enum: APPEAL_OUTCOMES,
    description: '`refusal-annulled`: the application is decided anew',
    example: 'refusal-annulled',
  })
  @IsIn(APPEAL_OUTCOMES)
  outcome: AppealOutcome;
}

export class WithdrawBody extends DatedBody {
  @ApiProperty({ enum: WITHDRAWAL_REASONS, example: 'link-renewed' })
  @IsIn(WITHDRAWAL_REASONS)
  reason: WithdrawalReason;
}

export class EndProceedingsBody extends DatedBody {
  @ApiProperty({ enum: PROCEEDINGS_OUTCOMES, example: 'final-conviction' })
  @IsIn(PROCEEDINGS_OUTCOMES)
  outcome: ProceedingsOutcome;
}

export class ListPermitsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PERMIT_STATES })
  @IsOptional()
  @IsIn(PERMIT_STATES)
  state?: PermitState;

  @ApiPropertyOptional({ enum: WARNINGS, description: 'Only those with this warning today' })
  @IsOptional()
  @IsIn(WARNINGS)
  warning?: Warning;
}

export class PermitAnswer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(STATE)
  state: PermitState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty(GROUND)
  ground: Ground;

  @ApiProperty(KIND)
  kind: PermitKind;

  @ApiProperty({ example: false })
  renewal: boolean;

  @ApiProperty({ ...NO_DAY, description: 'Last day' })
  validUntil: string | null;

  @ApiProperty({ ...NO_DAY, description: 'Last day for an appeal against a refusal' })
  appealBy: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of the last decision',
    example: 'CESEDA L425-1',
  })
  article: string | null;
}

/** Nothing about the person. */
export class PermitItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(STATE)
  state: PermitState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty(GROUND)
  ground: Ground;

  @ApiProperty(KIND)
  kind: PermitKind;

  @ApiProperty({ example: false })
  renewal: boolean;

  @ApiProperty(DAY)
  lodgedOn: string;

  @ApiProperty(NO_DAY)
  validUntil: string | null;

  @ApiProperty({ enum: WARNINGS, type: String, nullable: true, example: null })
  warning: Warning | null;
}

export class PermitPage {
  @ApiProperty({ type: [PermitItem] })
  items: readonly PermitItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

/** What was decided, with its article. */
export class PermitView extends PermitItem {
  @ApiProperty({ ...ID, type: String, nullable: true })
  noticeId: string | null;

  @ApiProperty({ ...ID, type: String, nullable: true, example: null })
  renewalOf: string | null;

  @ApiProperty({ type: HolderBody, nullable: true, description: 'Null where your roles may not read it' })
  holder: Holder | null;

  @ApiProperty({ type: [String], example: [], description: 'Fields that your roles may not read' })
  withheld: readonly string[];

  @ApiProperty({ type: SituationBody })
  situation: Situation;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Acts so far: `granted`, `refused`, `appeal`, `withdrawn`, `proceedings`, each with its day',
    example: {
      granted: { on: '2026-11-18', from: '2026-11-18', until: '2027-11-17', article: 'CESEDA L425-1' },
    },
  })
  acts: Record<string, unknown>;

  @ApiProperty(NOTICE_STANDING)
  noticeStanding: NoticeStanding | null;

  @ApiProperty(NOTICE_STANDING_REASON)
  noticeStandingReason: string | null;

  @ApiProperty(DESPITE)
  despite: DespiteView | null;
}

export class ProposalView {
  @ApiProperty(GROUND)
  ground: Ground;

  @ApiProperty(KIND)
  kind: PermitKind;

  @ApiProperty({ example: 'CESEDA L425-1', description: 'In force today' })
  article: string;

  @ApiProperty({ description: 'The text leaves no choice; still, a person decides', example: true })
  byRight: boolean;

  @ApiProperty({ enum: CONDITIONS, isArray: true, example: ['complaint-or-testimony', 'links-broken'] })
  met: readonly Condition[];

  @ApiProperty({ enum: CONDITIONS, isArray: true, description: 'Not met, or not known', example: [] })
  missing: readonly Condition[];
}

export class Proposals {
  @ApiProperty({ type: [ProposalView], description: 'Those with the fewest conditions missing first' })
  items: readonly ProposalView[];
}
