import { ATTACHMENT_KINDS, ATTACHMENT_MEDIA_TYPES, type AttachmentKind } from '@liaison/contracts';
import { type CaseStanding, STANDINGS } from '../cases/case-register';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { ASK_AGAIN } from './sources';

export class AddAttachmentQuery {
  @ApiProperty({
    enum: ATTACHMENT_KINDS,
    example: 'complaintReceipt',
    description: 'Who gets it depends on it',
  })
  @IsIn(ATTACHMENT_KINDS)
  kind: AttachmentKind;

  @ApiProperty({
    example: 'récépissé.pdf',
    maxLength: 200,
    description: 'File name; it is made safe. No names of persons',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;
}

export class AttachmentItem {
  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({
    enum: ['complete', 'receiving', 'damaged', 'withheld', 'voided'],
    example: 'complete',
    description:
      '`receiving`: parts are missing still. `damaged`: it is not what its sender’s digest says, and was not kept. ' +
      '`withheld`: there is one, and it is not shown to you',
  })
  state: string;

  @ApiProperty({
    enum: [ASK_AGAIN],
    type: String,
    nullable: true,
    example: null,
    description: 'What you can do about it. Of a damaged one: ask the sender to add the document again',
  })
  action: string | null;

  @ApiProperty({ enum: ATTACHMENT_KINDS, type: String, nullable: true, example: 'complaintReceipt' })
  kind: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'récépissé.pdf' })
  name: string | null;

  @ApiProperty({ enum: ATTACHMENT_MEDIA_TYPES, type: String, nullable: true, example: 'application/pdf' })
  mediaType: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 48211, description: 'Bytes' })
  size: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  sha256: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T10:15:01.998Z' })
  addedAt: string;

  @ApiProperty({ type: String, nullable: true, example: 'police-75', description: 'Null: this agency' })
  sender: string | null;

  @ApiProperty({
    enum: STANDINGS,
    example: 'current',
    description:
      'Whether the notice that carried it still stands: `withdrawn` by its sender, `superseded` where the sender sent it ' +
      'elsewhere, `recalled` as sent by mistake',
  })
  standing: CaseStanding['standing'];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why not, in one of a few words' })
  standingReason: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  standingSince: string | null;
}

export class AttachmentList {
  @ApiProperty({ type: [AttachmentItem] })
  items: readonly AttachmentItem[];
}

export class AddedAttachment {
  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({ example: 'récépissé.pdf', description: 'As it is kept' })
  name: string;

  @ApiProperty({ enum: ATTACHMENT_MEDIA_TYPES, example: 'application/pdf', description: 'By its content' })
  mediaType: string;

  @ApiProperty({
    type: 'integer',
    example: 48211,
    description: 'Bytes as they are kept: images lose what cameras add',
  })
  size: number;

  @ApiProperty({
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'Of what is kept',
  })
  sha256: string;
}
