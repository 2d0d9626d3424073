import { QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AttachmentItem } from '../attachments/attachment.dto';
import { FieldSourceView } from '../provenance/field-source.dto';
import { DeskItem } from '../desk/desk.dto';
import { AGENT, ID, INSTANT } from '../dto';
import { NoteView } from '../notes/note.dto';
import { Ground, TimelineEntry } from '../timeline/timeline.dto';

export const EXPORT_FORMATS = ['json', 'pdf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class ExportQuery {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'json', example: 'pdf' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'json';

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'With the internal notes of the unit: such an export never leaves the agency',
    example: true,
  })
  @IsOptional()
  @QueryFlag()
  notes?: boolean;
}

export class ExportingAgency {
  @ApiProperty({ example: 'prefecture-75' })
  id: string;

  @ApiProperty({ example: 'Préfecture de police de Paris' })
  name: string;
}

export class ExportGround {
  @ApiProperty({ example: 'residence-of-victims' })
  purpose: string;

  @ApiProperty({ type: [String], example: ['CESEDA R425-1'], description: 'What the reading rests on' })
  legalBases: readonly string[];

  @ApiProperty({
    type: [String],
    example: ['police-prefecture@1'],
    description: 'Under which what was received is read; none where everything is the agency’s own',
  })
  conventions: readonly string[];
}

export class ExportedVersion {
  @ApiProperty({ ...ID, description: 'As in its route' })
  id: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'As this agency counts' })
  version: number;

  @ApiProperty({ example: 'liaison.notice.issued.v2' })
  type: string;

  @ApiProperty({ type: String, nullable: true, example: 'police-75', description: 'Null: this agency' })
  from: string | null;

  @ApiProperty({ ...INSTANT, description: 'When this agency wrote or received it' })
  at: string;

  @ApiProperty({ example: 'acknowledged' })
  state: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { standing: 'current', acknowledgedAt: INSTANT.example },
    description: 'What became of it, by service',
  })
  detail: Record<string, unknown>;

  @ApiProperty({ type: Ground })
  ground: Ground;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { civilStatus: { declared: { familyName: 'Osagie', givenNames: ['Blessing'] } } },
    description: 'What your roles may see, as the route of the document shows it',
  })
  content: Record<string, unknown>;

  @ApiProperty({
    type: [String],
    example: ['vulnerability.health'],
    description: 'Fields that are not shown, by the sender or to your roles: one mark, whatever the reason',
  })
  withheld: readonly string[];

  @ApiProperty({
    type: [FieldSourceView],
    description:
      'Where each field of `content` came from as it is, and since when; none of what the agency wrote itself',
  })
  sources: readonly FieldSourceView[];
}

/** Everything of a case that the reader may see, at one moment. */
export class CaseExport {
  @ApiProperty({ type: 'integer', example: 1, description: 'Of this form: members may be added to it' })
  formatVersion: number;

  @ApiProperty({ ...ID, description: 'Number of the audit record of this reading' })
  auditRecord: string;

  @ApiProperty(INSTANT)
  exportedAt: string;

  @ApiProperty({ ...AGENT, description: 'Pseudonym of whoever exported it' })
  exportedBy: string;

  @ApiProperty({ type: [String], example: ['desk'] })
  roles: readonly string[];

  @ApiProperty({ type: ExportingAgency })
  agency: ExportingAgency;

  @ApiProperty({ example: 'desk' })
  unit: string;

  @ApiProperty(ID)
  caseId: string;

  @ApiProperty({ ...ID, description: 'What audit records call the case' })
  reference: string;

  @ApiProperty({ type: ExportGround })
  ground: ExportGround;

  @ApiProperty({ type: [ExportedVersion], description: 'Newest first' })
  versions: readonly ExportedVersion[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'object', additionalProperties: true } },
    example: { permits: [{ id: ID.example, state: 'lodged', ground: 'cooperation' }] },
    description:
      'By kind, each as its own route shows it. Préfecture: `reflectionPeriods`, `permits`, `opinions`, `deliveries`; ' +
      'police: `deliveries` with their acknowledgements, `breaches`, `opinions`',
  })
  records: Record<string, readonly object[]>;

  @ApiProperty({ type: [AttachmentItem], description: 'The files are at their own route' })
  attachments: readonly AttachmentItem[];

  @ApiProperty({ type: [DeskItem], description: 'What is open, due first' })
  open: readonly DeskItem[];

  @ApiProperty({ type: [TimelineEntry], description: 'What happened, newest first' })
  timeline: readonly TimelineEntry[];

  @ApiProperty({
    type: [NoteView],
    nullable: true,
    description: 'Newest first; null where they were not asked for. They never leave the agency',
  })
  notes: readonly NoteView[] | null;
}
