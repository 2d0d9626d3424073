import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import type { RequestRow } from './placement-request.entity';

export class HearAdultBody {
  @ApiProperty({
    example: true,
    description: 'Whether the person wants help to go on; asked of nobody who is minor (CASF L222-5)',
  })
  @IsBoolean()
  agrees: boolean;
}

/** Of a request whose child has turned 18 (R17). */
export class OfAgeView {
  @ApiProperty({ format: 'date-time', example: '2026-11-18T23:00:00.000Z' })
  since: string;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: null,
    description: 'What the person says to help that goes on; null: nobody has asked yet',
  })
  agrees: boolean | null;

  @ApiProperty({
    example: 'POST /v1/orientation-requests',
    description: 'With their agreement: a place for adults',
  })
  next: string;
}

export const ofAgeView = ({ cameOfAgeAt, ofAgeAt, adultAgrees }: RequestRow): OfAgeView | null =>
  cameOfAgeAt && {
    since: (ofAgeAt ?? cameOfAgeAt).toISOString(),
    agrees: adultAgrees,
    next: 'POST /v1/orientation-requests',
  };
