import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const COMMITMENT = {
  type: String,
  nullable: true,
  pattern: '^[0-9a-f]{64}$',
  example: '5e'.repeat(32),
} as const;

export class BookQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 500;

  @ApiPropertyOptional({
    description: '`next` of the page before; its content may change',
    maxLength: 1024,
    example: 'WyIwMTkzMmY1ZSIsMTdd',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  cursor?: string;
}

export class SentBookQuery extends BookQuery {
  @ApiPropertyOptional({
    description: 'No further than this: `next` of a page of the recipient’s book about the same agency',
    maxLength: 1024,
    example: 'WyIwMTkzMmY1ZSIsMTdd',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  until?: string;
}

export class BookPath {
  @ApiProperty({ example: 'prefecture-75', description: 'The other agency' })
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be an id of the directory' })
  peer: string;
}

class Entry {
  @ApiProperty({ ...ID, description: 'The case, as both agencies call it' })
  reference: string;

  @ApiProperty({ ...ID, description: 'The sender’s epoch that the sequence belongs to' })
  epoch: string;

  @ApiProperty({ example: 3, description: 'Place in its case' })
  sequence: number;

  @ApiProperty({ ...ID, description: 'The event' })
  id: string;

  @ApiProperty({ ...INSTANT, description: 'When it was sealed, or received' })
  at: string;

  @ApiProperty({
    ...COMMITMENT,
    description: 'SHA-256 of the sealed bytes; null once they are no longer kept',
  })
  digest: string | null;
}

export class SentEntry extends Entry {
  @ApiProperty({
    example: 'event',
    description: 'What it is: `event`, `audit`, or what takes an event’s place',
  })
  kind: string;

  @ApiProperty({ enum: ['frozen', 'sent', 'delivered', 'unapplied', 'revoked', 'cancelled', 'parked'] })
  state: string;

  @ApiProperty({ ...COMMITMENT, description: 'Of the record of this disclosure; null where none is due' })
  recorded: string | null;
}

export class ReceivedEntry extends Entry {
  @ApiProperty({ enum: ['waiting', 'applied', 'parked', 'dropped'] })
  state: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Reason code' })
  reason: string | null;

  @ApiProperty({ ...COMMITMENT, description: 'What the event said of its disclosure’s record' })
  disclosure: string | null;

  @ApiProperty({
    ...COMMITMENT,
    description: 'What the record of its receipt, or of its parking, repeats of that',
  })
  recorded: string | null;
}

class Book {
  @ApiProperty({ example: 'police-75', description: 'Whose book it is' })
  agency: string;

  @ApiProperty({ ...INSTANT, description: 'The service’s clock' })
  at: string;

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page' })
  next: string | null;
}

export class SentBook extends Book {
  @ApiProperty({
    ...ID,
    description: 'The agency’s own: an older one was before it was restored from a backup',
  })
  epoch: string;

  @ApiProperty({ type: [SentEntry], description: 'By reference, then sequence' })
  items: readonly SentEntry[];
}

export class ReceivedBook extends Book {
  @ApiProperty({ type: [ReceivedEntry], description: 'By reference, then sequence' })
  items: readonly ReceivedEntry[];
}
