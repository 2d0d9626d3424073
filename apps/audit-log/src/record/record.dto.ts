import { AUDIT_KINDS, type AuditKind, type AuditRecord, AuditedField } from '@liaison/contracts';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, Matches, MaxLength } from 'class-validator';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DIRECTORY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const CONVENTION = /^[a-z0-9]+(-[a-z0-9]+)*@[1-9]\d{0,8}$/;
/** A day (its first instant), or an instant; in UTC. */
const TIME = /^(19|20)\d\d-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?Z)?$/;

const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };
const AGENCY = { example: 'police-75' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NULLABLE = { type: String, nullable: true } as const;
const COMMITMENT = { pattern: '^[0-9a-f]{64}$', example: '5e'.repeat(32) };

const mustBe = (what: string) => ({ message: `$property must be ${what}` });
const ID_OF_DIRECTORY = mustBe('an id of the directory');
const TIME_FORM = mustBe('a day such as 2026-11-18 or an instant in UTC such as 2026-11-18T09:00:00Z');

export class SearchRecordsQuery extends PageQuery {
  @ApiPropertyOptional({ ...AGENCY, description: 'Who acted' })
  @IsOptional()
  @MaxLength(63)
  @Matches(DIRECTORY_ID, ID_OF_DIRECTORY)
  agency?: string;

  @ApiPropertyOptional({ ...ID, description: 'The case, as both agencies call it' })
  @IsOptional()
  @Matches(UUID, mustBe('a UUID in lower case'))
  reference?: string;

  @ApiPropertyOptional({ enum: AUDIT_KINDS })
  @IsOptional()
  @IsIn(AUDIT_KINDS)
  kind?: AuditKind;

  @ApiPropertyOptional({ example: 'prefecture-75', description: 'The other agency' })
  @IsOptional()
  @MaxLength(63)
  @Matches(DIRECTORY_ID, ID_OF_DIRECTORY)
  counterpart?: string;

  @ApiPropertyOptional({ example: 'police-prefecture@1' })
  @IsOptional()
  @MaxLength(120)
  @Matches(CONVENTION, mustBe('a convention with its version, <id>@<version>'))
  convention?: string;

  @ApiPropertyOptional({ example: '2026-11-18', description: 'From this instant of the act on' })
  @IsOptional()
  @IsISO8601({ strict: true }, TIME_FORM)
  @Matches(TIME, TIME_FORM)
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-19', description: 'Before this instant of the act' })
  @IsOptional()
  @IsISO8601({ strict: true }, TIME_FORM)
  @Matches(TIME, TIME_FORM)
  to?: string;
}

/** What a list shows of a record. */
export class RecordItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...AGENCY, description: 'Who acted' })
  agency: string;

  @ApiProperty({ ...ID, description: 'Changes when the agency was restored from a backup' })
  epoch: string;

  @ApiProperty({ example: 17, description: 'The agency’s own count within the epoch, without holes' })
  number: number;

  @ApiProperty({ enum: AUDIT_KINDS })
  kind: string;

  @ApiProperty({ ...INSTANT, description: 'When it was done' })
  at: string;

  @ApiProperty({ ...INSTANT, description: 'When the log had it' })
  appendedAt: string;

  @ApiProperty({ ...ID, ...NULLABLE, description: 'The case, as both agencies call it' })
  reference: string | null;

  @ApiProperty({ ...NULLABLE, description: 'Type of the event', example: 'liaison.notice.issued.v2' })
  event: string | null;

  @ApiProperty({ ...ID, ...NULLABLE })
  eventId: string | null;

  @ApiProperty({ ...NULLABLE, example: 'prefecture-75' })
  counterpart: string | null;

  @ApiProperty({ ...NULLABLE, example: 'police-prefecture@1' })
  convention: string | null;

  @ApiProperty({ ...NULLABLE, description: 'Stable code of a refusal or a parking' })
  reason: string | null;

  @ApiProperty({ ...NULLABLE, ...COMMITMENT, description: 'Of a receipt: the disclosure’s `commitment`' })
  disclosureCommitment: string | null;

  @ApiProperty(COMMITMENT)
  commitment: string;

  @ApiProperty({ description: 'Computed again for this answer: the record is what its author committed to' })
  commitmentHolds: boolean;
}

export class RecordPage {
  @ApiProperty({ type: [RecordItem] })
  items: readonly RecordItem[];

  @ApiProperty({ ...NULLABLE, description: '`cursor` of the next page' })
  next: string | null;
}

export class RecordView extends RecordItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The whole record (a record of schema `audit-recorded.v2`): names of fields with treatment and rules, no values',
    example: {
      kind: 'disclosure',
      agency: 'police-75',
      purpose: 'residence-of-victims',
      fields: [
        {
          paths: ['exploitation.account'],
          treatment: 'withhold',
          rules: ['police-prefecture/notice'],
        } satisfies AuditedField,
      ],
    },
  })
  record: AuditRecord;
}
