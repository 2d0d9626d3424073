import type { SupportReportedV1 } from '@liaison/contracts';
import { CheckedElsewhere, PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { SharedStanding } from '../after-sharing/shared-standing.dto';
import { CONSENT_FORMS, type ConsentEvidence, EXPLAINED_AS } from '../consent/consent';
import { DAY, ID, INSTANT, IsDay, VERSION } from '../dto';
import {
  RECEIVED_SUPPORT_STATES,
  type ReceivedSupportState,
  SUPPORT_REPORT_STATES,
  type SupportConsent,
  type SupportReportState,
  type SupportSaid,
} from './support';

const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const SAID = {
  departement: '75',
  civilStatus: {
    declared: {
      familyName: 'Osagie',
      givenNames: ['Blessing'],
      birthDate: '2004-05-17',
      sex: 'female',
      nationalities: ['NG'],
    },
  },
  support: { state: 'ongoing', since: '2026-11-02' },
  lodging: { state: 'ongoing', since: '2026-11-12' },
};
const CONTENT = {
  type: 'object',
  additionalProperties: true,
  description: 'As schema `support-reported.v1` says, as far as your roles may read it',
  example: { ...SAID, reportedAt: '2026-11-18T09:42:18.011Z' },
} as const;
const WITHHELD = {
  type: [String] as [StringConstructor],
  description: 'Fields that are not shown: one mark, whether or not there is a value',
  example: ['civilStatus.declared.aliases'],
};

export class SupportConsentBody implements SupportConsent {
  @ApiProperty({ enum: CONSENT_FORMS, example: 'written' })
  @IsIn(CONSENT_FORMS)
  form: ConsentEvidence['form'];

  @ApiProperty(DAY)
  @IsDay()
  on: string;

  @ApiProperty({ example: 'en', pattern: '^[a-z]{2,3}$', description: 'ISO 639, in which it was explained' })
  @Matches(/^[a-z]{2,3}$/, { message: '$property must be an ISO 639 code of a language, such as en' })
  language: string;

  @ApiProperty({ enum: EXPLAINED_AS, example: 'interpreter' })
  @IsIn(EXPLAINED_AS)
  explainedAs: ConsentEvidence['explainedAs'];
}

export class SupportProtectionBody {
  @ApiProperty({ description: 'A measure hides who the person is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the person lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class ReportAgainBody {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: SAID,
    description:
      'As schema `support-reported.v1` says, without `reportedAt`: the whole of it. There is no field for where the person lives (R23)',
  })
  @IsObject()
  @CheckedElsewhere()
  content: SupportSaid;
}

export class ReportSupportBody extends ReportAgainBody {
  @ApiProperty({
    type: () => SupportConsentBody,
    description: 'The person’s, to the préfecture learning exactly this; without one nothing is told (R10)',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => SupportConsentBody)
  consent: SupportConsentBody;

  @ApiPropertyOptional({
    type: () => SupportProtectionBody,
    description: 'Never shown to anybody. Absent: you state that you know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SupportProtectionBody)
  protection?: SupportProtectionBody;

  @ApiPropertyOptional({
    ...ID,
    description:
      'A case of your unit that it follows from: a consent that is withdrawn there is withdrawn here too',
  })
  @IsOptional()
  @IsUUID()
  caseId?: string;
}

export class ChangedSupport {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: SUPPORT_REPORT_STATES, example: 'reported' })
  state: SupportReportState;

  @ApiProperty(VERSION)
  version: number;
}

/** What would be decided now; it is decided again when it leaves. */
export class ReportedSupport extends ChangedSupport {
  @ApiProperty({ example: 'prefecture-75', description: 'Who learns it' })
  prefecture: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;

  @ApiProperty({ ...WITHHELD, description: 'Fields that do not reach it' })
  withheld: readonly string[];
}

/** Nothing about the person. */
export class SupportReportItem extends ChangedSupport {
  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The case that it follows from' })
  caseId: string | null;

  @ApiProperty({ example: 'prefecture-75' })
  prefecture: string;

  @ApiProperty({ ...INSTANT, description: 'The newest' })
  reportedAt: string;
}

export class SupportReportPage {
  @ApiProperty({ type: [SupportReportItem] })
  items: readonly SupportReportItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class SupportReportView extends SupportReportItem {
  @ApiProperty(CONTENT)
  content: Partial<SupportReportedV1>;

  @ApiProperty({ ...WITHHELD, example: [] })
  withheld: readonly string[];

  @ApiProperty({ type: SupportConsentBody })
  consent: SupportConsent;
}

export class LinkSupportBody {
  @ApiProperty({ ...ID, description: 'The case of yours that it belongs to: `GET /v1/search` finds it' })
  @IsUUID()
  caseId: string;
}

export class ListReceivedSupportQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RECEIVED_SUPPORT_STATES, example: 'new' })
  @IsOptional()
  @IsIn(RECEIVED_SUPPORT_STATES)
  state?: ReceivedSupportState;
}

/** Nothing of what it says. */
export class ReceivedSupportItem extends SharedStanding {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Your case that it belongs to, once somebody has said so: `/v1/cases/{id}`',
  })
  caseId: string | null;

  @ApiProperty({ example: 'asso-refuge' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...NO_INSTANT, description: 'Until when somebody takes note of it' })
  noteBy: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null, description: 'When somebody of your unit took note of it' })
  notedAt: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null, description: 'When somebody said to which case it belongs' })
  linkedAt: string | null;

  @ApiProperty({ enum: RECEIVED_SUPPORT_STATES, example: 'new' })
  state: ReceivedSupportState;

  @ApiProperty(VERSION)
  version: number;
}

export class ReceivedSupportPage {
  @ApiProperty({ type: [ReceivedSupportItem] })
  items: readonly ReceivedSupportItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class SupportProvenance {
  @ApiProperty({ example: 'asso-refuge' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'support@1' })
  convention: string;
}

export class ReceivedSupportView extends ReceivedSupportItem {
  @ApiProperty({ ...NO_INSTANT, description: 'The end of the term of its convention: then it is purged' })
  keepUntil: string | null;

  @ApiProperty(CONTENT)
  content: Partial<SupportReportedV1>;

  @ApiProperty(WITHHELD)
  withheld: readonly string[];

  @ApiProperty({ type: SupportProvenance })
  provenance: SupportProvenance;
}
