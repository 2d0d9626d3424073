import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { AGENT, ID, INSTANT } from '../dto';
import { CONSENT_VALUES, type Consent } from '../policy/case-facts';
import { CONSENT_FORMS, CONSENT_KINDS, type ConsentEvidence, EXPLAINED_AS } from './consent';

const TO = { enum: CONSENT_KINDS, example: 'association', description: 'Kind of recipient' };
const PURPOSE = { example: 'orientation-of-adults', description: 'As conventions name it' };
const VALUE = { enum: CONSENT_VALUES, example: 'given' };
const DAY = { format: 'date', example: '2026-03-02' };
const FORM = { enum: CONSENT_FORMS, example: 'written' };
const LANGUAGE = {
  pattern: '^[a-z]{2,3}$',
  example: 'fr',
  description: 'ISO 639, in which it was explained',
};
const EXPLAINED = { enum: EXPLAINED_AS, example: 'interpreter', description: 'As what whoever explained it' };
const given = ({ value }: RecordCaseConsentBody): boolean => value === 'given';

/** What somebody said; where they agreed, how. */
export class RecordCaseConsentBody {
  @ApiProperty(TO)
  @IsIn(CONSENT_KINDS)
  to: (typeof CONSENT_KINDS)[number];

  @ApiProperty({ ...PURPOSE, pattern: '^[a-z][a-z0-9-]*$', maxLength: 80 })
  @Matches(/^[a-z][a-z0-9-]{0,79}$/)
  purpose: string;

  @ApiProperty(VALUE)
  @IsIn(CONSENT_VALUES)
  value: Consent['value'];

  @ApiPropertyOptional({ ...DAY, type: String, description: 'When they said it; absent: today' })
  @IsOptional()
  @IsString()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { message: '$property must be a day' })
  on?: string;

  @ApiPropertyOptional({ ...FORM, description: 'Of a consent that is given: required' })
  @ValidateIf(given)
  @IsIn(CONSENT_FORMS)
  form?: ConsentEvidence['form'];

  @ApiPropertyOptional(LANGUAGE)
  @ValidateIf(given)
  @IsString()
  @Matches(/^[a-z]{2,3}$/)
  language?: string;

  @ApiPropertyOptional(EXPLAINED)
  @ValidateIf(given)
  @IsIn(EXPLAINED_AS)
  explainedAs?: ConsentEvidence['explainedAs'];
}

export class RecordedConsent {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty(TO)
  to: string;

  @ApiProperty(VALUE)
  value: Consent['value'];
}

export class ConsentView extends RecordedConsent {
  @ApiProperty(PURPOSE)
  purpose: string;

  @ApiProperty(DAY)
  on: string;

  @ApiProperty({ ...FORM, type: String, nullable: true })
  form: string | null;

  @ApiProperty({ ...LANGUAGE, type: String, nullable: true })
  language: string | null;

  @ApiProperty({ ...EXPLAINED, type: String, nullable: true })
  explainedAs: string | null;

  @ApiProperty({ description: 'Whether it counts now: the last word for that kind of recipient and purpose' })
  current: boolean;

  @ApiProperty({ ...AGENT, description: 'Pseudonym of whoever recorded it' })
  by: string;

  @ApiProperty(INSTANT)
  at: string;
}

export class ConsentList {
  @ApiProperty({ type: [ConsentView], description: 'Newest first, 200 at most' })
  items: readonly ConsentView[];
}
