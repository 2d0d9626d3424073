import { NoticeIssuedV2 } from '@liaison/contracts';
import { CheckedElsewhere, PageQuery } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { NOTICE_STATES, type NoticeState, type Protection } from './notice';
import type { NamedRecipient } from './recipients';

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_RECIPIENTS = 20;

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
    type: () => NoticeIssuedV2,
    example: {
      procedure: { departement: '75' },
      civilStatus: { declared: { familyName: 'Adeyemi', givenNames: ['Joy'], birthDate: '2001-06-14' } },
      travel: { debt: { amount: 50_000, currency: 'EUR' } },
    },
  })
  @IsObject()
  @CheckedElsewhere()
  content: NoticeIssuedV2;

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

export class WriteNoticeBody extends DraftBody {
  @ApiPropertyOptional({
    enum: NOTICE_STATES,
    default: 'draft',
    description: '`issued` writes and sends in one step',
  })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState | null;

  @Recipients('Only with `issued`')
  recipients?: RecipientBody[] | null;
}

export class ListNoticesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NOTICE_STATES })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState;
}
