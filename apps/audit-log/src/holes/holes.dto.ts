import { ApiProperty } from '@nestjs/swagger';

export class NumberRange {
  @ApiProperty({ example: 12 })
  from: number;

  @ApiProperty({ example: 14, description: 'Inclusive' })
  to: number;
}

export class RefusedNumber {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 15,
    description: 'Null where a message of several records was refused: its numbers are among the missing',
  })
  number: number | null;

  @ApiProperty({ format: 'uuid', description: 'Of the record or, without a number, of the message' })
  id: string;

  @ApiProperty({ example: 'commitment-broken' })
  reason: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T09:42:18.011Z' })
  receivedAt: string;
}

export class DuplicateNumber {
  @ApiProperty({ example: 16 })
  number: number;

  @ApiProperty({
    type: [String],
    description: 'Ids of the records that claim it',
    example: ['01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20', '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b21'],
  })
  ids: readonly string[];
}

/** What is wrong with the numbers of one agency in one epoch. */
export class NumberReport {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty({ format: 'uuid' })
  epoch: string;

  @ApiProperty({ example: 240, description: 'The last number that the log has heard of' })
  highest: number;

  @ApiProperty({ example: 236, description: 'Records appended' })
  count: number;

  @ApiProperty({ type: [NumberRange], description: 'Numbers that never came' })
  missing: readonly NumberRange[];

  @ApiProperty({ type: [RefusedNumber], description: 'Numbers that came and were parked' })
  refused: readonly RefusedNumber[];

  @ApiProperty({ type: [DuplicateNumber], description: 'Numbers that more than one record claims' })
  duplicates: readonly DuplicateNumber[];
}

export class NumberReports {
  @ApiProperty({ type: [NumberReport], description: 'By agency, then epoch' })
  items: readonly NumberReport[];
}
