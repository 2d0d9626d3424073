import { SharedStanding } from '@liaison/casework';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

const DAY = { format: 'date', type: String, nullable: true, example: '2026-11-16' };
const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', type: String, nullable: true, example: '2026-11-19T10:15:02.110Z' };

export class ListBreachesQuery extends PageQuery {
  @ApiPropertyOptional({
    type: Boolean,
    description: 'Only those that are, or are not, remedied',
    example: false,
  })
  @IsOptional()
  @QueryFlag()
  remedied?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Only those that nobody has taken note of in time, or only the others',
    example: true,
  })
  @IsOptional()
  @QueryFlag()
  escalated?: boolean;
}

/** Nothing about the person: the notice leads there, for the unit that wrote it. */
export class BreachItem extends SharedStanding {
  @ApiProperty({ ...ID, description: 'The notice that signalled the person' })
  noticeId: string;

  @ApiProperty(ID)
  breach: string;

  @ApiProperty({ example: 'prefecture-75', description: 'Who reported it' })
  agency: string;

  @ApiProperty({ example: 'brp', description: 'Whose notice it is' })
  unit: string;

  @ApiProperty({ type: String, nullable: true, example: 'removal-ordered' })
  measure: string | null;

  @ApiProperty(DAY)
  takenOn: string | null;

  @ApiProperty({ ...DAY, example: '2026-11-10' })
  periodFrom: string | null;

  @ApiProperty({ ...DAY, example: '2026-12-10' })
  periodUntil: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'CESEDA R425-2' })
  article: string | null;

  @ApiProperty({ type: String, nullable: true, example: '75' })
  departement: string | null;

  @ApiProperty({ ...DAY, example: null, description: 'Null while the measure stands' })
  remediedOn: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T10:15:02.110Z' })
  receivedAt: string;

  @ApiProperty({ ...INSTANT, description: 'Until when the convention asks for somebody to take note' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...INSTANT, example: null, description: 'When somebody took note' })
  acknowledgedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Contact point that it has gone to, since nobody took note in time',
  })
  escalatedTo: string | null;

  @ApiProperty({ ...INSTANT, example: null, description: 'It was reported by mistake: there was no breach' })
  voidedAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  voidReason: string | null;
}

export class BreachPage {
  @ApiProperty({ type: [BreachItem] })
  items: readonly BreachItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class AcknowledgedBreach {
  @ApiProperty({ example: 'prefecture-75' })
  agency: string;

  @ApiProperty(ID)
  breach: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T11:02:44.870Z' })
  acknowledgedAt: string;
}
