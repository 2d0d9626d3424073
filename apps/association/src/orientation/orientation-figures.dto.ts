import type { Count, OrientationFigures } from '@liaison/placement';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const COUNT = { type: Number, nullable: true };

export class YearQuery {
  @ApiProperty({ type: 'integer', minimum: 2000, maximum: 2099, example: 2013 })
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2099)
  year: number;
}

class AgeCounts {
  @ApiProperty({ ...COUNT, example: 12 })
  '18-19': Count;

  @ApiProperty({ ...COUNT, example: 29 })
  '20-25': Count;

  @ApiProperty({ ...COUNT, example: 25 })
  '26+': Count;
}

class NationalityCount {
  @ApiProperty({ example: 'NG' })
  nationality: string;

  @ApiProperty({ example: 39 })
  count: number;
}

/** As report S2 (4.1.1) has them; null: hidden (R34). */
export class OrientationFiguresView implements OrientationFigures {
  @ApiProperty({ ...COUNT, example: 70 })
  requests: Count;

  @ApiProperty({ ...COUNT, example: 22, description: 'Communes that they came from' })
  communes: Count;

  @ApiProperty({ ...COUNT, example: 57, description: 'From members of the network' })
  fromPartners: Count;

  @ApiProperty({ ...COUNT, example: 81, description: 'Per cent, rounded' })
  fromPartnersShare: Count;

  @ApiProperty({
    ...COUNT,
    example: 66,
    description: 'To whom a place was proposed; these are counted by age and nationality',
  })
  proposed: Count;

  @ApiProperty({ type: AgeCounts })
  ages: AgeCounts;

  @ApiProperty({ ...COUNT, example: 15 })
  nationalities: Count;

  @ApiProperty({ type: [NationalityCount] })
  byNationality: readonly NationalityCount[];

  @ApiProperty({ ...COUNT, example: 8 })
  assistedReturns: Count;
}
