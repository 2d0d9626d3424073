import { NOTICE_STANDINGS, type NoticeStanding } from '@liaison/casework';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, MaxLength } from 'class-validator';

/** What the requests of this service have in common. */
export { DAY, IsDay } from '@liaison/casework';

export const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
export const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
export const VERSION = { description: 'Number of the state, as in ETag', example: 1 };

/** One line, not blank, without control characters. */
export const IsLine = (maxLength: number, { each = false } = {}): PropertyDecorator =>
  applyDecorators(
    MaxLength(maxLength, { each }),
    Matches(/^(?=\s*\S)[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, {
      each,
      message: '$property must be one line of text',
    }),
  );

/** Text that may have several lines. */
export const IsText = (maxLength: number): PropertyDecorator =>
  applyDecorators(
    MaxLength(maxLength),
    Matches(/^(?=\s*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u, {
      message: '$property must be text that is not blank',
    }),
  );

/** Said where an act rests on a notice that no longer stands. */
export const IsDespite = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      maxLength: 500,
      example: 'The unit confirmed by telephone that the facts about this person stand',
      description: 'Why it may rest on a notice that its sender has withdrawn, superseded or recalled',
    }),
    IsOptional(),
    IsLine(500),
  );

/** Why an act rests on a notice that no longer stands. */
export class DespiteView {
  @ApiProperty({ enum: NOTICE_STANDINGS, example: 'withdrawn', description: 'As it stood then' })
  standing: NoticeStanding;

  @ApiProperty({ type: String, nullable: true, example: 'facts-not-established' })
  standingReason: string | null;

  @ApiProperty({ example: 'The unit confirmed by telephone that the facts about this person stand' })
  reason: string;
}

export const NOTICE_STANDING = {
  enum: NOTICE_STANDINGS,
  type: String,
  nullable: true,
  example: 'current',
  description: 'Whether the notice that it rests on still stands; null without one',
};
export const NOTICE_STANDING_REASON = { type: String, nullable: true, example: null };
export const DESPITE = { type: () => DespiteView, nullable: true };

/** To whom a document is made out. */
export class HolderBody {
  @ApiProperty({ example: 'Osagie', maxLength: 100 })
  @IsLine(100)
  familyName: string;

  @ApiPropertyOptional({ example: 'Blessing', maxLength: 100 })
  @IsOptional()
  @IsLine(100)
  givenNames?: string;

  @ApiPropertyOptional({ example: '2001-06-14', description: '`YYYY-MM-DD`, or as much of it as is known' })
  @IsOptional()
  @Matches(/^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, {
    message: '$property must be YYYY-MM-DD, YYYY-MM or YYYY',
  })
  birthDate?: string;

  @ApiPropertyOptional({ example: 'Benin City', maxLength: 100 })
  @IsOptional()
  @IsLine(100)
  birthPlace?: string;

  @ApiPropertyOptional({ example: 'NG', description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: '$property must be a country code of two capital letters' })
  nationality?: string;
}
