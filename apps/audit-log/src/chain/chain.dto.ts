import { ApiProperty } from '@nestjs/swagger';
import { RecordItem } from '../record/record.dto';
import type { ChainLink } from './chain';

export class ChainLinkView {
  @ApiProperty({
    enum: ['paired', 'not-received', 'not-disclosed'],
    description: 'Whether both sides of a disclosure are here, or which one is missing',
  })
  state: ChainLink['state'];

  @ApiProperty({ type: RecordItem, nullable: true, description: 'Of the sender' })
  disclosure: RecordItem | null;

  @ApiProperty({ type: [RecordItem], description: 'Of the recipient, each with the disclosure’s commitment' })
  receipts: readonly RecordItem[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Since when one side has been alone, in seconds; null where both are here',
    example: null,
  })
  unpairedForSeconds: number | null;
}

export class ChainView {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty({ format: 'uuid', example: 'c0f4d7a2-3b1e-4e69-8a57-d2c4b6f8e013' })
  reference: string;

  @ApiProperty({ type: [ChainLinkView], description: 'In order of time' })
  links: readonly ChainLinkView[];

  @ApiProperty({
    type: [RecordItem],
    description: 'Refusals, readings, acknowledgements and searches of the case, in order of time',
  })
  others: readonly RecordItem[];

  @ApiProperty({
    description: 'True where the case has more records than one answer holds: the last are shown',
  })
  truncated: boolean;
}
