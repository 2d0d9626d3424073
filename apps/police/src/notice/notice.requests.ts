import { type Consent, CONSENT_KINDS, CONSENT_VALUES } from '@liaison/casework';
import {
  AMENDMENT_REASONS,
  type AmendmentReason,
  NoticeIssuedV2,
  RECALL_REASONS,
  type RecallReason,
  WITHDRAWAL_REASONS,
  type WithdrawalReason,
} from '@liaison/contracts';
import { CheckedElsewhere, MayBeAbsent, PageQuery, partOf } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { type DraftContent, NOTICE_STATES, type NoticeState, type Protection } from './notice';
import type { NamedRecipient } from './recipients';

const DEPARTEMENT = /^(0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[678])$/;
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_RECIPIENTS = 20;
/** Of an invented person. */
const CONTENT = {
  procedure: { departement: '75' },
  civilStatus: { declared: { familyName: 'Adeyemi', givenNames: ['Joy'], birthDate: '2001-06-14' } },
  travel: { debt: { amount: 50_000, currency: 'EUR' } },
};
const WHOLE = { type: () => NoticeIssuedV2, example: CONTENT, description: 'The notice, whole' };
const WRITTEN_STATES = ['draft', 'issued'] as const;

export class RecipientBody implements NamedRecipient {
  @ApiProperty({ description: 'Id of an agency in the directory', example: 'prefecture-75' })
  @MaxLength(63)
  @Matches(ID, { message: '$property must be the id of an agency in the directory' })
  agency: string;

  @ApiPropertyOptional({ description: 'A unit or contact point inside it', example: 'desk' })
  @IsOptional()
  @MaxLength(63)
  @Matches(ID, { message: '$property must be the id of a unit or contact point of that agency' })
  unit?: string | null;
}

const Recipients = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: [RecipientBody],
      description: `${description}. Absent or empty: the préfectures competent for the content’s département`,
    }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MAX_RECIPIENTS),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => RecipientBody),
  );

@MayBeAbsent()
export class RecipientsBody {
  @Recipients('Whom it concerns')
  recipients?: RecipientBody[] | null;
}

export class ProtectionBody implements Protection {
  @ApiProperty({ description: 'A measure hides who the person is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the person lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class DraftBody {
  @ApiProperty({
    ...partOf(NoticeIssuedV2),
    example: CONTENT,
    description: 'Anything may be missing, for interviews are interrupted; what is there is as in a notice',
  })
  @IsObject()
  @CheckedElsewhere()
  content: DraftContent;

  @ApiPropertyOptional({
    type: () => ProtectionBody,
    description: 'Never shown to anybody. Absent: the author states that they know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProtectionBody)
  protection?: ProtectionBody | null;
}

/** What is written, as it is checked: `WriteDraftBody` or `WriteIssuedBody`, which describe it. */
export class WriteNoticeBody extends DraftBody {
  @IsOptional()
  @IsIn(WRITTEN_STATES)
  state?: (typeof WRITTEN_STATES)[number] | null;

  @Recipients('Only with `issued`')
  recipients?: RecipientBody[] | null;
}

export class WriteDraftBody extends DraftBody {
  @ApiPropertyOptional({ enum: ['draft'], default: 'draft', description: 'It is not sent' })
  @IsOptional()
  @IsIn(['draft'])
  state?: 'draft' | null;

  @ApiPropertyOptional({ type: [RecipientBody], description: 'None: a draft goes to nobody', example: [] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(0)
  recipients?: RecipientBody[] | null;
}

export class WriteIssuedBody extends DraftBody {
  @ApiProperty(WHOLE)
  declare content: NoticeIssuedV2;

  @ApiProperty({ enum: ['issued'], description: 'It is sent at once', example: 'issued' })
  @IsIn(['issued'])
  state: 'issued';

  @Recipients('Who gets it')
  recipients?: RecipientBody[] | null;
}

export class AmendNoticeBody extends DraftBody {
  @ApiProperty(WHOLE)
  declare content: NoticeIssuedV2;

  @ApiPropertyOptional({
    type: () => ProtectionBody,
    description: 'Never shown to anybody. Absent: as it was stated before',
  })
  declare protection?: ProtectionBody | null;

  @ApiProperty({ enum: AMENDMENT_REASONS, example: 'identity-established' })
  @IsIn(AMENDMENT_REASONS)
  reason: AmendmentReason;

  @ApiPropertyOptional({
    example: 'The consulate has confirmed the identity.',
    description: 'In your own words; recipients get it only where their convention says so',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  explanation?: string | null;
}

export class MoveNoticeBody {
  @ApiProperty({ description: 'INSEE code of the département where the person is now', example: '13' })
  @Matches(DEPARTEMENT, { message: '$property must be the INSEE code of a département' })
  departement: string;

  @ApiPropertyOptional({
    type: () => NoticeIssuedV2,
    example: CONTENT,
    description: 'Absent: the content as it is, without the address, which is the old one',
  })
  @IsOptional()
  @IsObject()
  @CheckedElsewhere()
  content?: NoticeIssuedV2 | null;

  @ApiPropertyOptional({
    type: () => ProtectionBody,
    description: 'Never shown to anybody. Absent: as it was stated before',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProtectionBody)
  protection?: ProtectionBody | null;

  @Recipients('Who gets it now')
  recipients?: RecipientBody[] | null;
}

export class WithdrawNoticeBody {
  @ApiProperty({ enum: WITHDRAWAL_REASONS, example: 'not-a-victim' })
  @IsIn(WITHDRAWAL_REASONS)
  reason: WithdrawalReason;
}

/** Whom a person can agree to. */

export class RecordConsentBody {
  @ApiProperty({ enum: CONSENT_KINDS, example: 'prefecture', description: 'Kind of recipient' })
  @IsIn(CONSENT_KINDS)
  to: (typeof CONSENT_KINDS)[number];

  @ApiProperty({ enum: CONSENT_VALUES, example: 'withdrawn' })
  @IsIn(CONSENT_VALUES)
  value: Consent['value'];
}

export class RecallNoticeBody {
  @ApiProperty({ enum: RECALL_REASONS, example: 'wrong-recipient' })
  @IsIn(RECALL_REASONS)
  reason: RecallReason;

  @ApiPropertyOptional({
    type: [String],
    example: ['prefecture-13'],
    description: 'Agencies that it is taken back from. Absent or empty: everybody who got it',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @MaxLength(63, { each: true })
  @Matches(ID, { each: true, message: 'each value in $property must be the id of an agency' })
  recipients?: string[] | null;
}

export class ListNoticesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NOTICE_STATES })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState;
}
