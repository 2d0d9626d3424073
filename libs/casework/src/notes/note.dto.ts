import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { AGENT, ID, INSTANT, LINES } from '../dto';

export const MAX_NOTE_LENGTH = 4_000;

const TEXT = {
  maxLength: MAX_NOTE_LENGTH,
  description: 'For colleagues of the unit; it never leaves the agency',
  example: 'Appointment moved to Tuesday, with an interpreter.',
};

export class WriteNoteBody {
  @ApiProperty(TEXT)
  @MaxLength(MAX_NOTE_LENGTH)
  @Matches(LINES, { message: '$property must be text, not blank' })
  text: string;

  @ApiPropertyOptional({ ...ID, description: 'A note of yours that this one corrects; both stay' })
  @IsOptional()
  @IsUUID()
  corrects?: string;
}

export class ListNotesQuery extends PageQuery {}

export class WrittenNote {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(INSTANT)
  at: string;
}

export class NoteView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...AGENT, description: 'Pseudonym of its author' })
  author: string;

  @ApiProperty({ description: 'Whether that is you' })
  mine: boolean;

  @ApiProperty(INSTANT)
  at: string;

  @ApiProperty(TEXT)
  text: string;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'The note that it corrects',
    example: null,
  })
  corrects: string | null;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'The note that corrects it',
    example: null,
  })
  correctedBy: string | null;
}

export class NotePage {
  @ApiProperty({ type: [NoteView] })
  items: readonly NoteView[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
