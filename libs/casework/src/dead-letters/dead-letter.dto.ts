import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

const DIRECTIONS = ['in', 'out'] as const;
const WORD = /^[a-z0-9]+([-.][a-z0-9]+)*$/;
/** A day (its first instant), or an instant; in UTC. */
const TIME = /^(19|20)\d\d-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?Z)?$/;

const mustBe = (what: string) => ({ message: `$property must be ${what}` });
const ID = { format: 'uuid', example: '0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NULLABLE = { type: String, nullable: true } as const;
const REASON = {
  minLength: 10,
  maxLength: 500,
  example: 'Sent twice under two ids; the other one was applied. Agreed with the sender.',
  description: 'Kept with the event in this agency, for auditors. No names, nothing about a person',
};

export class ListDeadLettersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DIRECTIONS, description: 'Received here and parked, or sent from here' })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction?: (typeof DIRECTIONS)[number];

  @ApiPropertyOptional({
    example: 'police-75',
    description: 'The other agency; `unverified` where nothing opened',
  })
  @IsOptional()
  @MaxLength(63)
  @Matches(WORD, mustBe('an id of the directory'))
  peer?: string;

  @ApiPropertyOptional({ example: 'event-type-unknown', description: 'Reason code' })
  @IsOptional()
  @MaxLength(64)
  @Matches(WORD, mustBe('a reason code'))
  reason?: string;

  @ApiPropertyOptional({ example: 'liaison.notice.issued.v2' })
  @IsOptional()
  @MaxLength(100)
  @Matches(WORD, mustBe('an event type'))
  type?: string;

  @ApiPropertyOptional({
    example: '2026-11-18T09:00:00Z',
    description: 'Only what is older than this instant',
  })
  @IsOptional()
  @Matches(TIME, mustBe('a day such as 2026-11-18 or an instant in UTC such as 2026-11-18T09:00:00Z'))
  before?: string;
}

/** How to name one in a path. */
export class DeadLetterPath {
  @ApiProperty({ enum: DIRECTIONS })
  @IsIn(DIRECTIONS)
  direction: (typeof DIRECTIONS)[number];

  @ApiProperty({ example: 'police-75' })
  @MaxLength(63)
  @Matches(WORD, mustBe('an id of the directory'))
  peer: string;

  @ApiProperty({ ...ID, description: 'Id of the event; a digest where nothing opened' })
  @Matches(/^[0-9a-f-]{36,64}$/, mustBe('an id as the list shows it'))
  id: string;
}

/** A discard that waits for somebody else to confirm it. */
export class ProposedDiscard {
  @ApiProperty({ example: 'd7'.repeat(32), description: 'Pseudonym of who proposed it' })
  by: string;

  @ApiProperty(REASON)
  reason: string;

  @ApiProperty(INSTANT)
  at: string;
}

/** An event that was parked: what is known of it without opening it. */
export class DeadLetterItem {
  @ApiProperty({ example: 'in/police-75/0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38', description: 'Names it' })
  key: string;

  @ApiProperty({ enum: DIRECTIONS })
  direction: string;

  @ApiProperty({ example: 'police-75', description: 'The other agency; `unverified` where nothing opened' })
  peer: string;

  @ApiProperty({ ...ID, description: 'Id of the event; a digest where nothing opened' })
  id: string;

  @ApiProperty({ ...NULLABLE, example: 'liaison.notice.issued.v2' })
  type: string | null;

  @ApiProperty({ ...ID, ...NULLABLE, description: 'The case, as both agencies call it' })
  reference: string | null;

  @ApiProperty({ ...ID, ...NULLABLE, description: 'The sender’s epoch that the sequence belongs to' })
  epoch: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 3, description: 'Place in its case' })
  sequence: number | null;

  @ApiProperty({ ...NULLABLE, example: 'event-type-unknown', description: 'Why it is parked' })
  reason: string | null;

  @ApiProperty({ ...INSTANT, description: 'When it was received; of one sent, when it was sealed' })
  at: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 2210,
    description: 'Sealed bytes; null: destroyed',
  })
  size: number | null;

  @ApiProperty({ example: 1, description: 'How often this side has tried it' })
  attempts: number;

  @ApiProperty({ type: ProposedDiscard, nullable: true })
  proposedDiscard: ProposedDiscard | null;
}

export class DeadLetterPage {
  @ApiProperty({ type: [DeadLetterItem] })
  items: readonly DeadLetterItem[];

  @ApiProperty({ ...NULLABLE, description: '`cursor` of the next page' })
  next: string | null;
}

export class DeadLetterView extends DeadLetterItem {
  @ApiProperty({ enum: ['parked', 'waiting', 'applied', 'dropped'], description: 'Where it stands now' })
  state: string;

  @ApiProperty({
    ...NULLABLE,
    enum: ['redriven', 'discarded', 'replaced'],
    description: 'How it was settled',
  })
  settled: string | null;

  @ApiProperty({ ...NULLABLE, ...INSTANT })
  settledAt: string | null;

  @ApiProperty({
    ...NULLABLE,
    description: 'The reason of who confirmed a discard; the id of the replacement',
  })
  settledReason: string | null;
}

export class DiscardBody {
  @ApiProperty(REASON)
  @IsString()
  @MinLength(REASON.minLength)
  @MaxLength(REASON.maxLength)
  @Matches(/^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*$/u, mustBe('one line'))
  reason: string;
}

/** What an act has done. */
export class DeadLetterOutcome {
  @ApiProperty({ example: 'in/police-75/0b9d2f0e-5c7a-4e83-9a41-7f6f0d1c2b38' })
  key: string;

  @ApiProperty({
    enum: ['applied', 'waiting', 'parked', 'dropped', 'replaced', 'discard-proposed', 'discard-withdrawn'],
    description: 'Where it stands now. `waiting`: for what precedes it in its case. `replaced`: sent anew',
  })
  state: string;

  @ApiProperty({ ...NULLABLE, example: null, description: 'Why it was parked again, or dropped' })
  reason: string | null;

  @ApiProperty({ description: 'Nothing was done: it had been done before' })
  already: boolean;

  @ApiProperty({ example: 2, description: 'Later events of its case that were applied with it' })
  released: number;

  @ApiProperty({ ...NULLABLE, ...ID, description: 'Of one sent anew: the new event' })
  eventId: string | null;
}
